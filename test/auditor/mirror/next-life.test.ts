import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { MAX_LIVES } from '../../../services/auditor/mirror/mirrored-lives.js';
import { clientOfAuditor } from '../../../services/cli/http-client.js';
import { auditorProofs } from '../../../services/cli/ledger/prove/auditor-proofs.js';
import { proveRecord } from '../../../services/cli/ledger/prove/proof-source.js';
import type { Entry } from '../../../services/shared/store/append/archived-entry.js';
import { parseCheckpointText } from '../../../services/shared/tlog/checkpoint.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { runLine } from '../../cli/policy/run-line.js';
import { until } from '../../support/until.js';
import { type Hub, startHub } from '../hub.js';
import { tokensOf } from '../hub-tokens.js';
import { cosignByAll, keepUpTo, keysOf, newFolder, openLogIn, publishSeal } from '../log/opened-log.js';
import { getFrom } from '../log/shown-log.js';
import { type Orders, ordersAt, reportsOf } from './ordered-lives.js';
import { type PatchedAuditor, startPatchedAuditor } from './patched-auditor.js';
import { type RunningMirror, runMirror } from './run-mirror.js';

let hub: Hub;
let orders: Orders;
let entries: readonly Entry[];
let members: readonly string[];
beforeAll(async () => {
  hub = await startHub();
  orders = await ordersAt(hub);
  entries = await reportsOf(hub, 12);
  members = hub.broker.orgs;
});
afterAll(() => hub.close());

/** The file of an auditor that lost the records 6 to 8 of its log of 8, and got two since. */
const rest = (): readonly Entry[] => [...entries.slice(0, 5), ...entries.slice(8, 10)];
const first = (cosigners = members) => {
  const eight = entries.slice(0, 8);
  return { listed: eight, logged: eight, cosigners };
};
type Options = Partial<Parameters<typeof runMirror>[1]>;
const start = (auditor: PatchedAuditor, options: Options = {}): Promise<RunningMirror> =>
  runMirror(hub, {
    folder: newFolder(),
    url: auditor.url,
    witnesses: null,
    directory: () => orders.directory,
    ...options,
  });

/** A mirror that has the eight entries of the first life of the log. */
async function followed(options?: Options) {
  const auditor = await startPatchedAuditor(hub, first());
  onTestFinished(() => auditor.close());
  const mirror = await start(auditor, options);
  await until('the first life', () => mirror.reasons().length === 0 && mirror.archive.count() === 8);
  return { auditor, mirror, ended: auditor.note() };
}

/** The origin and the entries of the checkpoint that is served under a path; undefined before the first. */
async function shownAt({ url }: { readonly url: string }, path = ''): Promise<string | undefined> {
  const answer = await getFrom({ url }, hub, { path: `${path}checkpoint` });
  if (!answer.ok) return undefined;
  const { origin, size } = parseCheckpointText(parseNote(await answer.text()).text);
  return `${origin} ${size}`;
}
const untilShown = (mirror: RunningMirror, shown: string): Promise<true> =>
  until(shown, async () => (await shownAt(mirror)) === shown && mirror.reasons().length === 0);

const digestOf = ({ bytes }: Entry): string => digest(frames.record.decode(bytes).statement!.statement);
const provedAt = async (url: string, entry: Entry) => {
  const { signal } = new AbortController();
  const client = clientOfAuditor(url, tokensOf(hub).federation);
  return proveRecord(auditorProofs(client, signal), digestOf(entry));
};

describe('a mirror whose auditor begins the next life of the log', () => {
  test('takes the life with the order of two operators, and proves the records of both', async () => {
    const { auditor, mirror, ended } = await followed();
    const next = await orders.next({ life: 2, ended, entries: rest(), cosigners: members });
    await auditor.serve(next);
    await untilShown(mirror, 'demo/liaison/2 9');
    expect(mirror.alarms()).toEqual(['log-begun-anew null']);
    expect(await shownAt(mirror, 'lives/1/')).toBe('demo/liaison/1 8');
    expect(await provedAt(`${mirror.url}/lives/1`, entries[7]!)).toMatchObject({ index: 7, size: 8 });
    const order = next.logged[0]!;
    for (const url of [mirror.url, `${mirror.url}/lives/2`]) {
      expect(await provedAt(url, order)).toMatchObject({ index: 0, size: 9 });
      expect(await provedAt(url, entries[9]!)).toMatchObject({ index: 7, size: 9 });
    }
  });

  test('keeps the order as evidence, which verifies without the mirror', async () => {
    const { auditor, mirror, ended } = await followed();
    await auditor.serve(await orders.next({ life: 2, ended, entries: rest(), cosigners: members }));
    await untilShown(mirror, 'demo/liaison/2 9');
    const file = readFileSync(join(mirror.folder, 'lives/2/order.json'));
    const root = readAnchor(hub.broker.home);
    const verified = await verifyEvidence(file, { root, now: new Date() });
    expect(verified).toMatchObject({ kind: 'recovery', holds: true });
    expect(verified.lines.at(-1)?.says).toContain('B. Example ended demo/liaison/1 at 8 entries');
  });

  test('continues both after a restart, and follows the later one', async () => {
    const { auditor, mirror, ended } = await followed();
    const next = await orders.next({ life: 2, ended, entries: rest(), cosigners: members });
    await auditor.serve(next);
    await untilShown(mirror, 'demo/liaison/2 9');
    await mirror.stop();
    const more = entries.slice(10);
    await auditor.serve({ ...next, listed: [...next.listed, ...more], logged: [...next.logged, ...more] });
    const again = await start(auditor, { folder: mirror.folder });
    await untilShown(again, 'demo/liaison/2 11');
    expect(await shownAt(again, 'lives/1/')).toBe('demo/liaison/1 8');
    expect(await provedAt(again.url, entries[11]!)).toMatchObject({ index: 10 });
  });

  test('waits until a quorum of witnesses has cosigned the life', async () => {
    const { auditor, mirror, ended } = await followed();
    const next = await orders.next({ life: 2, ended, entries: rest() });
    await auditor.serve(next);
    await until('the reason', () => mirror.reasons().includes('witness-missing'));
    expect(await shownAt(mirror)).toBe('demo/liaison/1 8');
    await auditor.serve({ ...next, cosigners: members });
    await untilShown(mirror, 'demo/liaison/2 9');
  });

  test('takes the life up to an earlier checkpoint that a quorum cosigned, while the newest has none yet', async () => {
    const { auditor, mirror, ended } = await followed();
    const next = await orders.next({ life: 2, ended, entries: rest() });
    const more = entries.slice(10);
    const [listed, logged] = [
      [...next.listed, ...more],
      [...next.logged, ...more],
    ];
    await auditor.serve({ ...next, listed, logged, rooted: { size: 9, cosigners: members } });
    await untilShown(mirror, 'demo/liaison/2 9');
  });

  test('says of a life that it began without the one before what it lacks', async () => {
    const auditor = await startPatchedAuditor(hub, first());
    onTestFinished(() => auditor.close());
    const ended = auditor.note();
    await auditor.serve(await orders.next({ life: 2, ended, entries: rest(), cosigners: members }));
    const mirror = await start(auditor);
    await untilShown(mirror, 'demo/liaison/2 9');
    expect(existsSync(join(mirror.folder, 'lives/2/order.json'))).toBe(false);
    const from = ['--auditor', mirror.url, '--token', hub.broker.home.hub('operator', 'auditor.token')];
    const { stdout } = await runLine(['ledger', 'show', ...from], { home: hub.broker.home });
    expect(stdout).toContain('life 1 of the log ended at 8 entries, of which this mirror has none');
  });

  test('calls an auditor that shows the life before again rolled back', async () => {
    const { auditor, mirror, ended } = await followed();
    await auditor.serve(await orders.next({ life: 2, ended, entries: rest(), cosigners: members }));
    await untilShown(mirror, 'demo/liaison/2 9');
    await auditor.serve(first());
    await until('the alarm', () => mirror.alarms().includes('ledger-rolled-back ledger-rolled-back'));
    expect(await shownAt(mirror)).toBe('demo/liaison/2 9');
  });
});

test('an auditor continues a later life from the folder in which a mirror has it', async () => {
  const { auditor, mirror, ended } = await followed();
  await auditor.serve(await orders.next({ life: 2, ended, entries: rest(), cosigners: members }));
  await untilShown(mirror, 'demo/liaison/2 9');
  const copied = newFolder();
  await mirror.stop();
  cpSync(join(mirror.folder, 'lives/2'), copied, { recursive: true });
  const keys = { ...(await keysOf(hub)), directory: orders.directory };
  const opened = await openLogIn(hub, copied, { keys });
  const seal = await publishSeal(opened);
  expect([seal.size, parseNote(seal.note).text]).toEqual([9, parseNote(auditor.note()).text]);
  expect(seal.recovery).not.toBeNull();
  await cosignByAll(hub, opened.sealer, seal);
  await keepUpTo(opened.archive, 11);
  expect((await publishSeal(opened)).size).toBe(11);
  expect(opened.alarms()).toEqual([]);
});

describe('a mirror does not begin a life of the log', () => {
  type Refused = Partial<Parameters<Orders['next']>[0]>;
  const atSix = (ended: string): string => parseNote(ended).text.replace('\n8\n', '\n6\n');
  const otherRoot = (ended: string): string =>
    parseNote(ended).text.replace(/\n.{43}=\n/, `\n${Buffer.alloc(32, 7).toString('base64')}\n`);

  test.each<[string, string, (ended: string) => Refused]>([
    [
      'with an order of one operator alone',
      'not-permitted',
      () => ({ by: [orders.operators[0], orders.operators[0]] }),
    ],
    [
      'with an order that was refused',
      'not-permitted',
      () => ({ part: { outcome: 'refused', code: 'expired' } }),
    ],
    ['with an order that no router recorded', 'key-invalid', () => ({ router: hub.signers.notice })],
    [
      'with an order that ends the log before what the mirror has',
      'log-life-differs',
      (ended) => ({ other: { checkpoint: atSix(ended) } }),
    ],
    [
      'with an order that ends the log at another root',
      'log-life-differs',
      (ended) => ({ other: { checkpoint: otherRoot(ended) } }),
    ],
    ['with the order of another life', 'log-life-differs', () => ({ life: 3 })],
  ])('%s', async (_, code, change) => {
    const { auditor, mirror, ended } = await followed();
    await auditor.serve(
      await orders.next({ life: 2, ended, entries: rest(), cosigners: members, ...change(ended) }),
    );
    await until('the alarm', () => mirror.alarms().includes(`log-not-followed ${code}`));
    expect([await shownAt(mirror), existsSync(join(mirror.folder, 'lives'))]).toEqual([
      'demo/liaison/1 8',
      false,
    ]);
  });

  test.each<[string, (next: Awaited<ReturnType<Orders['next']>>) => object]>([
    ['of which the auditor shows no order', ({ life }) => ({ life: { life: life.life } })],
    ['whose first entry is not the order', ({ listed }) => ({ logged: listed })],
  ])('%s', async (_, change) => {
    const { auditor, mirror, ended } = await followed();
    const next = await orders.next({ life: 2, ended, entries: rest(), cosigners: members });
    await auditor.serve({ ...next, ...change(next) });
    await until('the alarm', () => mirror.alarms().includes('log-not-followed log-life-differs'));
    expect(await shownAt(mirror)).toBe('demo/liaison/1 8');
    await auditor.serve(next);
    await untilShown(mirror, 'demo/liaison/2 9');
  });

  test('above the number that it keeps', async () => {
    const { auditor, mirror } = await followed();
    for (let life = 2; life <= MAX_LIVES + 1; life += 1) {
      const ended = auditor.note();
      await auditor.serve(await orders.next({ life, ended, entries: rest(), cosigners: members }));
      if (life <= MAX_LIVES) await untilShown(mirror, `demo/liaison/${life} 9`);
    }
    await until('the alarm', () => mirror.alarms().includes('log-not-followed full'));
    expect(await shownAt(mirror)).toBe(`demo/liaison/${MAX_LIVES} 9`);
  });
});
