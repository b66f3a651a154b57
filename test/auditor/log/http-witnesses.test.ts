import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { submitCheckpoint } from '../../../services/auditor/log/submit-checkpoint.js';
import { checkpointText } from '../../../services/shared/tlog/checkpoint.js';
import { logKeysOf } from '../../../services/shared/tlog/log-keys.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { formatVkey } from '../../../services/shared/tlog/vkey.js';
import { parseWitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { type C2spWitness, startC2spWitness } from '../../support/log/c2sp-witness.js';
import { type Hub, noticePart, type RunningAuditor, startHub, waitUntil } from '../hub.js';
import { foreignLine, startElsewhere, withChangedBit } from './false-answers.js';
import { getFrom, publishedCheckpoint } from './shown-log.js';

const ORIGIN = 'demo/liaison/1';
const NAMES = ['w1', 'w2', 'w3'];
let hub: Hub;
let auditor: RunningAuditor | undefined;
let witnesses: readonly C2spWitness[];
let revision: number;

beforeEach(async () => {
  revision = 0;
  hub = await startHub();
  const [key] = logKeysOf(hub.directory, ORIGIN);
  witnesses = await Promise.all(NAMES.map((name) => startC2spWitness(`${name}.example`, formatVkey(key!))));
});
afterEach(async () => {
  await auditor?.stop();
  auditor = undefined;
  await Promise.all(witnesses.map((witness) => witness.stop()));
  await hub.close();
});

/** Starts the auditor with the first witnesses, so many of which are a quorum. */
async function audit(count: number, threshold = count): Promise<RunningAuditor> {
  const lines = witnesses
    .slice(0, count)
    .map(({ vkey, url }, at) => `witness ${NAMES[at]} ${vkey} ${url()}\n`);
  const group = `group G ${threshold} ${NAMES.slice(0, count).join(' ')}\nquorum G\n`;
  auditor = await hub.audit({ witnessPolicy: parseWitnessPolicy(lines.join('') + group) });
  return auditor;
}

/** Records reports up to this number, and waits until the log has them. */
async function sealed(size: number): Promise<void> {
  for (; revision < size; revision += 1)
    await hub.publish('interpol', await hub.report('interpol', [noticePart(revision + 1)]));
  await waitUntil(async () => (await publishedCheckpoint(hub))?.checkpoint.size === size);
}

async function quorateNames(size: number): Promise<readonly string[]> {
  let names: readonly string[] | undefined;
  await waitUntil(async () => {
    const response = await getFrom(auditor!, hub, { path: 'v1/checkpoint/quorate' });
    const note = response.ok ? parseNote(await response.text()) : undefined;
    if (note?.text.split('\n')[1] === String(size)) names = note.signatures.map(({ name }) => name);
    return names !== undefined;
  });
  return names!.toSorted();
}

async function shownLog(viewer = 'federation'): Promise<unknown> {
  const token = readSecret(hub.broker.home.hub('operator', 'auditor.token'));
  const response = await getFrom(auditor!, hub, { path: `v1/ledger?viewer=${viewer}`, token });
  return Object(await response.json()).log;
}

const statuses = ({ requests }: C2spWitness): readonly string[] =>
  requests.map(([old, status]) => `${old} ${status}`);
const alarm = (name: string): Promise<void> => waitUntil(() => auditor!.alarms().includes(name));

describe('auditor: witnesses asked over HTTP', () => {
  test('a witness of another implementation cosigns each checkpoint from the one before, one request at a time, and its cosignature is published', async () => {
    const [witness] = witnesses;
    await audit(1);
    for (const size of [1, 4, 5, 11]) {
      await sealed(size);
      expect(await quorateNames(size)).toEqual([ORIGIN, 'w1.example']);
    }
    await waitUntil(async () => (await publishedCheckpoint(hub))?.frame.cosignatures.length === 1);
    const shown = { name: 'w1', key: 'w1.example', url: witness!.url(), size: 11 };
    const state = { size: 11, quorate: 11, witnesses: [shown] };
    expect(await shownLog()).toEqual(state);
    const sizes = witness!.requests.map(([old]) => old);
    expect(sizes).toEqual([...sizes].toSorted((a, b) => a! - b!));
    expect(witness!.requests.every(([, status]) => status === 200)).toBe(true);
    expect(witness!.mostOpen()).toBe(1);
    expect(auditor!.alarms()).toEqual([]);
  });

  test('a witness behind or ahead of what the auditor knows is asked again from the size that it names', async () => {
    const [witness] = witnesses;
    await audit(1);
    await sealed(3);
    await quorateNames(3);
    const behind = witness!.cosigned;
    await auditor!.stop();
    await audit(1);
    expect(await shownLog()).toMatchObject({ quorate: 3, witnesses: [{ size: 3 }] });
    expect(await shownLog('interpol')).toBeNull();
    const before = witness!.requests.length;
    await sealed(9);
    await quorateNames(9);
    expect(statuses(witness!).slice(before, before + 2)).toEqual(['0 409', '3 200']);
    witness!.cosigned = behind;
    await sealed(10);
    await quorateNames(10);
    expect(statuses(witness!).slice(-2)).toEqual(['9 409', '3 200']);
    expect(auditor!.alarms()).toEqual([]);
  });

  test('a witness with more entries than the log is one alarm, and not that of a fork', async () => {
    witnesses[0]!.cosigned = { size: 100, root: Buffer.alloc(32, 1) };
    await audit(1);
    await alarm('witness-not-cosigning ledger-rolled-back');
    expect(auditor!.alarms()).toHaveLength(1);
  });

  test('a witness that stops or hangs leaves the quorum of the others; below the threshold no new checkpoint is quorate', async () => {
    const [, second, third] = witnesses;
    await audit(3, 2);
    await sealed(2);
    await quorateNames(2);
    third!.tamper = () => new Promise(() => undefined);
    await sealed(4);
    expect(await quorateNames(4)).toEqual([ORIGIN, 'w1.example', 'w2.example']);
    await second!.stop();
    await sealed(6);
    await waitUntil(() => witnesses[0]!.cosigned?.size === 6);
    await quorateNames(4);
    await second!.start();
    expect(await quorateNames(6)).toEqual([ORIGIN, 'w1.example', 'w2.example']);
    third!.tamper = undefined;
    await waitUntil(() => third!.cosigned?.size === 6);
    expect(third!.mostOpen()).toBe(1);
    expect(auditor!.alarms()).toEqual([]);
  });
});

describe('auditor: the answer of a witness', () => {
  test.each([
    ['404', 'not-found', { status: 404 }],
    ['403', 'key-unknown', { status: 403 }],
    ['400', 'schema-invalid', { status: 400 }],
    ['a redirect', 'note-malformed', { status: 307 }],
    ['only a line by another key', 'note-malformed', { body: '\u2014 other AAAAAAAA\n' }],
    ['a cosignature and more than 16 kB of others', 'note-malformed', { add: foreignLine(12_288) }],
  ] as const)(
    'an answer with %s cosigns nothing, and is an alarm until the witness cosigns',
    async (_, code, change) => {
      const [witness] = witnesses;
      const elsewhere = await startElsewhere();
      const headers = { location: elsewhere.url };
      const { add, ...others } = { add: '', ...change };
      witness!.tamper = ({ status, body }) => ({ status, body: body + add, headers, ...others });
      await audit(1);
      await alarm(`witness-not-cosigning ${code}`);
      expect(auditor!.logged()).toContain('"witness":"w1"');
      witness!.tamper = undefined;
      await sealed(1);
      await quorateNames(1);
      await waitUntil(() => auditor!.alarms().length === 0);
      expect(elsewhere.requests()).toBe(0);
    },
  );

  test('an answer with a signature that does not verify cosigns nothing', async () => {
    const [witness] = witnesses;
    witness!.tamper = (answer) => ({ ...answer, body: withChangedBit(answer.body) });
    await audit(1);
    await alarm('witness-not-cosigning signature-invalid');
    expect((await getFrom(auditor!, hub, { path: 'v1/checkpoint/quorate' })).status).toBe(404);
  });

  test('an answer may have cosignatures by other keys, which are ignored', async () => {
    const [witness] = witnesses;
    const foreign = foreignLine(76);
    witness!.tamper = (answer) => ({ ...answer, body: foreign + answer.body + foreign });
    await audit(1);
    await sealed(1);
    expect(await quorateNames(1)).toEqual([ORIGIN, 'w1.example']);
    expect(auditor!.alarms()).toEqual([]);
  });

  test('a forged proof is answered as inconsistent, and a forged root as of an unknown key', async () => {
    const [witness] = witnesses;
    await audit(1);
    await sealed(3);
    await quorateNames(3);
    await witness!.stop();
    await sealed(6);
    const { note = '' } = (await publishedCheckpoint(hub))!.frame;
    // Otherwise the auditor may show the witness the true tree first.
    await auditor!.stop();
    auditor = undefined;
    await witness!.start();
    const sent = { from: 3, proof: [Buffer.alloc(32, 7)], size: 6, note };
    const { signal } = new AbortController();
    expect(await submitCheckpoint(witness!.url(), sent, signal)).toEqual({ type: 'inconsistent' });
    const unsigned = note.replace(
      parseNote(note).text,
      checkpointText({ origin: ORIGIN, size: 6, root: Buffer.alloc(32) }),
    );
    expect(await submitCheckpoint(witness!.url(), { ...sent, note: unsigned }, signal)).toEqual({
      type: 'key-unknown',
    });
  });
});
