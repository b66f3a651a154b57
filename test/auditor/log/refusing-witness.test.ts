import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepRefusedTree } from '../../../services/auditor/log/keep-refused-tree.js';
import { logKeysOf } from '../../../services/shared/tlog/log-keys.js';
import { formatVkey, parseVkey } from '../../../services/shared/tlog/vkey.js';
import { parseWitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { type C2spWitness, startC2spWitness } from '../../support/log/c2sp-witness.js';
import { type Hub, noticePart, type RunningAuditor, startHub, waitUntil } from '../hub.js';
import { publishedCheckpoint } from './shown-log.js';

const ORIGIN = 'demo/liaison/1';
const OTHER_ROOT = Buffer.alloc(32, 1);
let hub: Hub;
let auditor: RunningAuditor | undefined;
let witness: C2spWitness;
let revision: number;

beforeEach(async () => {
  revision = 0;
  hub = await startHub();
  const [key] = logKeysOf(hub.directory, ORIGIN);
  witness = await startC2spWitness('w1.example', formatVkey(key!));
});
afterEach(async () => {
  await auditor?.stop();
  auditor = undefined;
  await witness.stop();
  await hub.close();
});

async function audit(): Promise<void> {
  const policy = `witness w1 ${witness.vkey} ${witness.url()}\ngroup G 1 w1\nquorum G\n`;
  auditor = await hub.audit({ witnessPolicy: parseWitnessPolicy(policy) });
}

/** Records reports up to this number. */
async function recorded(size: number): Promise<void> {
  for (; revision < size; revision += 1)
    await hub.publish('interpol', await hub.report('interpol', [noticePart(revision + 1)]));
}

async function cosigned(size: number): Promise<void> {
  await recorded(size);
  await waitUntil(() => witness.cosigned?.size === size && auditor!.alarms().length === 0);
}

const alarm = (name: string): Promise<void> => waitUntil(() => auditor!.alarms().includes(name));
const raised = (): readonly string[] =>
  auditor!
    .logged()
    .split('\n')
    .flatMap((line) => /"alarm":"([^"]+)","code":"([^"]+)"/.exec(line)?.slice(1).join(' ') ?? []);
const keyId = (): string => parseVkey(witness.vkey).keyId;
const folder = (): string => `${hub.broker.home.auditorData}/log/refused`;
const kept = (): readonly { readonly [name: string]: unknown }[] =>
  (existsSync(folder()) ? readdirSync(folder()) : [])
    .filter((name) => name.startsWith(keyId()))
    .map((name) => JSON.parse(readFileSync(`${folder()}/${name}`, 'utf8')));

describe('auditor: a witness over HTTP that cosigned another tree', () => {
  test.each([
    { size: 5, how: 'has another root for the size', answer: 'forked', status: 409 },
    { size: 3, how: 'accepts no proof from its size', answer: 'inconsistent', status: 422 },
  ])(
    'a witness that $how is one alarm, not that of a fork; the checkpoint is kept, and is not sent to it again',
    async ({ size, answer, status }) => {
      await audit();
      await cosigned(4);
      const before = witness.requests.length;
      witness.cosigned = { size, root: OTHER_ROOT };
      await recorded(5);
      await alarm('witness-not-cosigning digest-mismatch');
      const { note } = (await publishedCheckpoint(hub))!.frame;
      expect(kept()).toMatchObject([{ witness: witness.vkey, answer, from: size, note }]);
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      const asked = witness.requests.slice(before);
      expect(asked).toEqual([
        [4, 409],
        [size, status],
      ]);
      expect(raised().filter((one) => !one.endsWith('rolled-back'))).toEqual([
        'witness-not-cosigning digest-mismatch',
      ]);
      expect(auditor!.logged()).not.toContain('log-forked');
    },
  );

  test('a witness that cosigns after a refusal: a later fork is another alarm, and is kept beside the first', async () => {
    await audit();
    await cosigned(1);
    witness.tamper = () => ({ status: 422, body: '' });
    await recorded(2);
    await alarm('witness-not-cosigning digest-mismatch');
    witness.tamper = undefined;
    await cosigned(3);
    witness.cosigned = { size: 3, root: OTHER_ROOT };
    await recorded(4);
    await alarm('witness-not-cosigning digest-mismatch');
    expect(kept().map(({ from }) => from)).toEqual(expect.arrayContaining([1, 3]));
    expect(raised()).toEqual(Array(2).fill('witness-not-cosigning digest-mismatch'));
  });

  test('a witness that refuses from one size again and again pushes out no checkpoint: the first is kept', async () => {
    await audit();
    await cosigned(2);
    witness.cosigned = { size: 2, root: OTHER_ROOT };
    await recorded(3);
    await alarm('witness-not-cosigning digest-mismatch');
    await recorded(4);
    await waitUntil(() => witness.requests.filter(([, status]) => status === 422).length === 2);
    await recorded(5);
    await waitUntil(() => witness.requests.filter(([, status]) => status === 422).length === 3);
    expect(kept()).toHaveLength(1);
    expect(raised()).toHaveLength(1);
  });

  test('of many refused checkpoints, the newest 8 of a witness are kept, and those of another witness stay', async () => {
    const refusedFrom = async (vkey: string, from: number): Promise<void> => {
      const refused = { type: 'forked', from, size: from, proof: [], note: `note ${from}` } as const;
      const asked = { ...parseVkey(vkey), url: witness.url() };
      await keepRefusedTree(folder(), { witness: asked, refused, at: new Date() });
    };
    const other = await startC2spWitness('w2.example', formatVkey(logKeysOf(hub.directory, ORIGIN)[0]!));
    await other.stop();
    await refusedFrom(other.vkey, 0);
    for (let from = 1; from <= 10; from += 1) {
      await refusedFrom(witness.vkey, from);
      // The clock of a file system may tick a hundred times a second.
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const sizes = kept().map(({ from }) => Number(from));
    expect(sizes.toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(readdirSync(folder())).toHaveLength(9);
  });
});

describe('auditor: a witness over HTTP that refuses', () => {
  test('a witness that refuses with another code each time is one alarm for each code, until it cosigns', {
    tags: ['long'],
  }, async () => {
    let asked = 0;
    witness.tamper = () => ({ status: (asked += 1) % 2 === 1 ? 404 : 403, body: '' });
    await recorded(1);
    await audit();
    await waitUntil(() => asked >= 4);
    expect(raised()).toEqual(['witness-not-cosigning not-found', 'witness-not-cosigning key-unknown']);
    witness.tamper = undefined;
    await cosigned(1);
  });

  test('a witness that names a size of the log, another one each time, does not raise that the log was rolled back', async () => {
    await audit();
    await cosigned(3);
    const before = witness.requests.length;
    const headers = { 'content-type': 'text/x.tlog.size' };
    witness.tamper = () => ({
      status: 409,
      headers,
      body: witness.requests.at(-1)?.[0] === 1 ? '2\n' : '1\n',
    });
    await recorded(4);
    await waitUntil(() => witness.requests.length >= before + 3);
    expect(raised()).toEqual([]);
  });
});
