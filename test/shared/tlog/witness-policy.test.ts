import { beforeAll, describe, expect, test } from 'vitest';
import { checkpointText } from '../../../services/shared/tlog/checkpoint.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { defaultWitnessPolicy } from '../../../services/shared/tlog/default-witness-policy.js';
import { formatVkey } from '../../../services/shared/tlog/vkey.js';
import {
  cosignaturesOn,
  isQuorate,
  parseWitnessPolicy,
  type WitnessPolicy,
} from '../../../services/shared/tlog/witness-policy.js';
import type { LiaisonError } from '../../../services/shared/kernel/errors.js';
import { logKey, type NoteKeyPair, ORIGIN, witnessKey } from './log-keys.js';

const TEXT = checkpointText({ origin: ORIGIN, size: 1, root: Buffer.alloc(32) });
const NAMES = ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'] as const;
const byName = new Map<string, NoteKeyPair>();
let log: NoteKeyPair;
const pairOf = (name: string): NoteKeyPair => byName.get(name)!;
const line = (name: string): string => `witness ${name} ${formatVkey(pairOf(name).key)}`;

/** Whether the policy believes a note that these witnesses cosigned. */
async function isMet(policy: WitnessPolicy, cosigners: readonly string[]): Promise<boolean> {
  const signatures = cosigners.map((name) => cosign(TEXT, 1, pairOf(name).signer));
  return isQuorate(policy, await cosignaturesOn({ text: TEXT, signatures }, policy));
}

function faultsOf(policy: string): readonly string[] {
  try {
    parseWitnessPolicy(policy);
    return [];
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'config-invalid' });
    return (thrown as LiaisonError).details.map(({ path, message }) => `${path}: ${message}`);
  }
}

beforeAll(async () => {
  log = await logKey();
  for (const name of NAMES) byName.set(name, await witnessKey(`${name}.example`));
});

describe('a witness policy', () => {
  test('the example of the specification requires two of the one group and one of the other', async () => {
    const lines = [
      `log ${formatVkey(log.key)} https://log.example/`,
      '# the first organisation',
      ...NAMES.slice(0, 3).map(line),
      '\tgroup X-witnesses  2 X1 X2 X3 ',
      '',
      ...NAMES.slice(3).map(line),
      'group Y-witnesses any Y1 Y2 Y3',
      'group X-and-Y all X-witnesses Y-witnesses',
      'quorum X-and-Y',
      '',
    ];
    const policy = parseWitnessPolicy(lines.join('\n'));
    expect(policy.logs.map(formatVkey)).toEqual([formatVkey(log.key)]);
    expect(await isMet(policy, ['X1', 'X3', 'Y2'])).toBe(true);
    expect(await isMet(policy, ['X1', 'X2', 'X3'])).toBe(false);
    expect(await isMet(policy, ['X1', 'Y1', 'Y2', 'Y3'])).toBe(false);
    expect(await isMet(policy, ['X1', 'X1', 'Y1'])).toBe(false);
    expect(await isMet(policy, [])).toBe(false);
  });

  test('one witness may be the quorum, and `none` requires none', async () => {
    const policy = parseWitnessPolicy(`${line('X1')}\n${line('X2')}\nquorum X1\n`);
    expect(await isMet(policy, ['X1'])).toBe(true);
    expect(await isMet(policy, ['X2'])).toBe(false);
    expect(await isMet(parseWitnessPolicy('quorum none\n'), [])).toBe(true);
  });

  test('a signature of a key that the policy does not name is ignored, also with the name or the id of a known one', async () => {
    const policy = parseWitnessPolicy(`${line('X1')}\nquorum X1\n`);
    const [own, other] = [cosign(TEXT, 1, pairOf('X1').signer), cosign(TEXT, 1, pairOf('X2').signer)];
    const unknown = [other, { ...other, name: own.name }, { ...other, keyId: own.keyId }];
    expect(await cosignaturesOn({ text: TEXT, signatures: unknown }, policy)).toEqual([]);
    const found = await cosignaturesOn({ text: TEXT, signatures: [...unknown, own] }, policy);
    expect(found.map(({ key: { name } }) => name)).toEqual([own.name]);
  });

  test('a cosignature of a witness of the policy that does not verify rejects the note, whatever else is beside it', async () => {
    const policy = parseWitnessPolicy(`${line('X1')}\n${line('X2')}\ngroup any2 any X1 X2\nquorum any2\n`);
    const [own, other] = [cosign(TEXT, 1, pairOf('X1').signer), cosign(TEXT, 1, pairOf('X2').signer)];
    const wrong = [
      { ...own, signature: other.signature },
      { ...own, signature: Buffer.concat([own.signature, Buffer.alloc(1)]) },
      { ...own, signature: own.signature.subarray(0, 8) },
      cosign(`${TEXT}x\n`, 1, pairOf('X1').signer),
    ];
    for (const one of wrong)
      for (const signatures of [[one], [one, other], [other, one], [own, one], [one, own]])
        await expect(cosignaturesOn({ text: TEXT, signatures }, policy)).rejects.toMatchObject({
          code: 'cosignature-replayed',
        });
  });

  test('a second cosignature of one witness counts no further', async () => {
    const policy = parseWitnessPolicy(`${line('X1')}\n${line('X2')}\ngroup both all X1 X2\nquorum both\n`);
    const signatures = [1, 2].map((time) => cosign(TEXT, time, pairOf('X1').signer));
    expect(isQuorate(policy, await cosignaturesOn({ text: TEXT, signatures }, policy))).toBe(false);
  });

  test('names are octets, of any encoding', () => {
    const bytes = Buffer.from(`${line('X1').replace('X1', 'K\u00e4se')}\nquorum K\u00e4se\n`, 'latin1');
    expect(parseWitnessPolicy(bytes).quorum).toBe('K\u00e4se');
  });

  test('each faulty line is named with what is wrong', () => {
    const vkey = formatVkey(pairOf('X1').key);
    const policy = [
      line('X1'),
      `witness again ${vkey}`,
      `witness X1 ${formatVkey(pairOf('X2').key)}`,
      `witness none ${formatVkey(pairOf('X3').key)}`,
      `witness w ${formatVkey(log.key)}`,
      `witness w ${vkey.replace(/.$/, '!')}`,
      `log ${vkey}`,
      `log ${formatVkey(log.key)} a b`,
      `log ${formatVkey(log.key)}`,
      `log ${formatVkey(log.key)}`,
      'group g 2 X1',
      'group g 0 X1',
      'group g 1 later',
      'group g 1',
      'group g 1 X1',
      'group h 1 X1',
      'group i any none',
      'quorum later',
      'quorum X1',
      'quorum g',
      'Quorum g',
      'quorum\u000bg',
      'quorum',
      'cut',
    ].join('\n');
    expect(faultsOf(policy)).toEqual([
      'line 2: names a witness with the key of another one',
      'line 3: defines a name that is defined already',
      'line 4: defines a name that is defined already',
      'line 5: has a key that makes no cosignatures',
      'line 6: has an invalid key: not a vkey',
      'line 7: has a key that signs no checkpoints',
      'line 8: is not `log <vkey> [<url>]`',
      'line 10: names a log with the key of another one',
      'line 11: requires another number of members than it has',
      'line 12: requires another number of members than it has',
      'line 13: has a member that no line before it defines',
      'line 14: is not `group <name> all|any|<k> <name>…`',
      'line 16: has a member that is listed already',
      'line 17: has a member that no line before it defines',
      'line 18: names what no line before it defines',
      'line 20: is a second quorum line',
      'line 21: begins with none of `log`, `witness`, `group` and `quorum`',
      'line 22: has a control character',
      'line 23: is not `quorum <name>`',
      'line 24: does not end with a newline: the file may be cut off',
    ]);
  });

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'a group that requires `%s` of its members is refused',
    (count) => {
      expect(faultsOf(`${line('X1')}\ngroup g ${count} X1\nquorum X1\n`)).toEqual([
        'line 2: requires another number of members than it has',
      ]);
    },
  );

  test('a policy without a quorum line is refused, and one of more than 64 KiB', () => {
    expect(faultsOf(`${line('X1')}\n`)).toEqual(['line 2: no quorum line']);
    expect(() => parseWitnessPolicy(`${'#'.repeat(65_536)}\nquorum none\n`)).toThrow(
      expect.objectContaining({ code: 'config-invalid' }),
    );
  });
});

describe('the default witness policy', () => {
  const policyOf = (count: number): WitnessPolicy =>
    defaultWitnessPolicy(NAMES.slice(0, count).map((name) => ({ name, key: pairOf(name).key })));

  test.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
    [5, 4],
    [6, 5],
  ])('of %i witnesses requires %i', async (count, needed) => {
    const policy = policyOf(count);
    expect(await isMet(policy, NAMES.slice(0, needed))).toBe(true);
    expect(await isMet(policy, NAMES.slice(0, needed - 1))).toBe(false);
  });

  test('without a witness requires none', async () => {
    expect(await isMet(policyOf(0), [])).toBe(true);
  });

  test('names the first 15 witnesses and requires 11 of them', async () => {
    const pairs = await Promise.all(Array.from({ length: 20 }, (_, at) => witnessKey(`w${at}`)));
    const policy = defaultWitnessPolicy(pairs.map(({ key }) => ({ name: key.name, key })));
    const noteOf = (count: number) => ({
      text: TEXT,
      signatures: pairs.slice(0, count).map(({ signer }) => cosign(TEXT, 1, signer)),
    });
    expect(policy.witnesses.size).toBe(15);
    expect(isQuorate(policy, await cosignaturesOn(noteOf(11), policy))).toBe(true);
    expect(isQuorate(policy, await cosignaturesOn(noteOf(10), policy))).toBe(false);
  });
});
