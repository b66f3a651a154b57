import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RecordBytes } from '../../../services/router/ledger/record-bytes.js';
import { answerStanding } from '../../../services/router/queries/answer-standing.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { parseStrictJson } from '../../../services/shared/kernel/strict-json.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';

const ORG = parseOrgId('europol');
const OTHER = parseOrgId('interpol');
const READ = { epoch: 'e'.repeat(64), sequence: 2 ** 40 };
const [NOTICES, ACTIONS] = [1_100, 20];
/** Maximum bytes of the payload of a token. */
const MAX_JSON = 262_144;

/** An action with a statement as long as that of a withdrawal. */
const ACTION = frames.action.encode({ statement: 'x'.repeat(600), leaves: [], disclosures: [] });

const idOf = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const orgOf = (n: number): string => `organisation-with-a-long-name-number-${n}`;

const heldNotices = Array.from({ length: 256 }, (_, n) => ({ originator: ORG, id: idOf(n) }));

let folder: string;
let store: RouterStore;
/** Adds a revision that `to` are allowed. Call within a transaction. */
function addNotice(
  id: string,
  { number, to, originator = ORG }: { number: number; to: readonly string[]; originator?: string },
): void {
  const decisions = JSON.stringify(to.map((one) => ({ type: 'decision', to: one, outcome: 'delivered' })));
  const notice = { originator, jti: `${id}.${number}`, digest: digest(`notice ${id} ${number}`), number };
  const rest = { exp: 9e9, kind: 'red', state: 'active', frame: 'f', at: 1, part: '{}', decisions } as const;
  store.notices.put({ ...notice, ...rest }, { epoch: 'e', seq: 1 });
}
/** Adds an action that is handed to `recipient`. Call within a transaction. */
function addAction(
  id: string,
  {
    number,
    verb,
    recipient = ORG,
    frame = 'f',
  }: { number: number; verb: string; recipient?: string; frame?: string },
): void {
  const about = { originator: ORG, frame, exp: 9e9 };
  const action = digest(`action ${id} ${number}`);
  const rest = { at: 1, extendsTo: null, bytes: ACTION };
  store.actions.add({ ...about, ...rest, digest: action, id, number, verb });
  store.actions.addAct({ ...about, action, recipient, isEnding: true });
}
const ask = (query: Parameters<typeof answerStanding>[0], recordBytes: RecordBytes = async () => undefined) =>
  answerStanding(query, { org: ORG, hub: { store, recordBytes }, read: READ });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-standing-'));
  store = openRouterStore(join(folder, 'router.db'));
  const to = [ORG, ...Array.from({ length: 40 }, (_, n) => orgOf(n))];
  await store.commit(() => {
    // Longer than a statement about as many items as a frame has.
    const longest = { number: 2 ** 52, digest: digest('x'), token: 'x'.repeat(12_000) };
    for (const statements of [store.ledger.submissions, store.ledger.receiptsStatements]) {
      statements.add(ORG, longest, 9e9);
    }
    for (let n = 0; n < NOTICES; n += 1) addNotice(idOf(n), { number: 2 ** 50 + n, to });
    for (let n = 0; n < 256; n += 1)
      for (let each = 0; each < ACTIONS; each += 1)
        addAction(idOf(n), {
          number: 2 ** 50 + each,
          verb: each === ACTIONS - 1 ? 'withdraw' : 'restrict',
        });
  });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('router standing: the longest answer stays within the limits of a gateway for a token', async () => {
  const answer = await ask({ held: heldNotices, after: 0 });
  const json = JSON.stringify({ iss: 'hub', aud: ORG, frame: 'f'.repeat(64), answer });
  expect(answer.held.length).toBeGreaterThan(70);
  expect([answer.submission, answer.receipts].map((shown) => shown?.signed?.length)).toEqual([
    12_000, 12_000,
  ]);
  expect(answer.own.length).toBeGreaterThan(50);
  expect(json.length).toBeLessThan(MAX_JSON);
  expect(() => parseStrictJson(Buffer.from(json))).not.toThrow();
});

test('router standing: the pages of own notices list each notice once, however long their rows are', async () => {
  const seen: string[] = [];
  let after: number | string = 0;
  for (let pages = 0; ; pages += 1) {
    expect(pages).toBeLessThan(100);
    const { own, next } = await ask({ after });
    seen.push(...own.map((row) => row.split(' ', 1)[0] ?? ''));
    if (next === null) break;
    after = next;
  }
  expect(seen).toHaveLength(NOTICES);
  expect(new Set(seen).size).toBe(NOTICES);
});

test('router standing: a held notice lists every action, and its end separately even if its number is the lowest', async () => {
  const [id, other] = [idOf(1_000), idOf(1_001)];
  await store.commit(() => {
    for (let each = 0; each < 256; each += 1) addAction(id, { number: 2 ** 50 + each, verb: 'suspend' });
    addAction(id, { number: 7, verb: 'withdraw' });
    addAction(id, { number: 8, verb: 'decline' });
    addAction(other, { number: 7, verb: 'withdraw', recipient: orgOf(0) });
  });
  const held = [id, other, idOf(1_200)].map((one) => ({ originator: ORG, id: one }));
  const [full, erased, unknown] = (await ask({ held })).held;
  expect(full).toMatchObject({ end: { verb: 'withdraw', number: 7 } });
  expect(full?.actions).toHaveLength(256);
  // The asker had erased its copy when the notice was withdrawn; its restored database has it again.
  expect(erased).toMatchObject({ end: { verb: 'withdraw', number: 7 }, actions: [] });
  expect(unknown).toEqual({ number: null, end: null, actions: [] });
});

test('router standing: an action that a narrowing keeps from the asker is not listed, except for a bar', async () => {
  const id = idOf(1_002);
  await store.commit(() => {
    for (const [number, verb] of ['extend', 'suspend', 'resume'].entries()) addAction(id, { number, verb });
    for (const number of [0, 1])
      store.actions.unact({ originator: ORG, action: digest(`action ${id} ${number}`), recipient: ORG }, 9e9);
  });
  const [held] = (await ask({ held: [{ originator: ORG, id }] })).held;
  expect(held?.actions).toEqual([2, 1].map((number) => digest(`action ${id} ${number}`)));
});

test('router standing: an answer waits for only one of many recalls that cannot be read, and has the end of each', async () => {
  const ids = Array.from({ length: 10 }, (_, n) => idOf(4_000 + n));
  const record = digest('the record of a recall');
  await store.commit(() => {
    const about = {
      digest: record,
      org: 'hub',
      frame: 'f',
      type: 'command',
      epoch: 'e',
      seq: 9_999,
    } as const;
    store.ledger.add({ ...about, at: 1, exp: 9e9, kept: true, bytes: null });
    for (const id of ids)
      addAction(id, { number: 7, verb: 'cancel', frame: Buffer.from(record, 'base64url').toString('hex') });
  });
  let readings = 0;
  const held = ids.map((id) => ({ originator: ORG, id }));
  const answer = await ask({ held }, async () => void (readings += 1));
  const end = { verb: 'cancel', number: 7 };
  expect(answer.held.map((one) => one.end)).toEqual(ids.map(() => end));
  expect(readings).toBe(1);
});

test('router standing: a question about many notices blocks the event loop for one of them at most', async () => {
  let turns = 0;
  const count = (): NodeJS.Immediate => setImmediate(() => ((turns += 1), (counting = count())));
  let counting = count();
  const { held } = await ask({ held: heldNotices.slice(0, 70) });
  clearImmediate(counting);
  expect(held).toHaveLength(70);
  expect(turns).toBeGreaterThanOrEqual(held.length);
});

test('router standing: revisions that the asker was not allowed change nothing in an answer, however many there are', async () => {
  const [hidden, alone] = [0, 100].map((from) =>
    Array.from({ length: 40 }, (_, n) => idOf(2_000 + from + n)),
  );
  const asked = (ids: readonly string[] = []) => ids.map((id) => ({ originator: OTHER, id }));
  await store.commit(() => {
    for (const id of [...(hidden ?? []), ...(alone ?? [])])
      addNotice(id, { number: 3, to: [ORG], originator: OTHER });
    for (const id of hidden ?? [])
      for (let each = 0; each < 100; each += 1)
        addNotice(id, { number: 4 + each, to: [], originator: OTHER });
    for (let each = 0; each < 300; each += 1)
      addNotice(hidden?.[0] ?? '', { number: 200 + each, to: [orgOf(0)], originator: OTHER });
  });
  const [one, other] = await Promise.all([ask({ held: asked(hidden) }), ask({ held: asked(alone) })]);
  expect(one.held).toEqual(Array.from({ length: 40 }, () => ({ number: 3, end: null, actions: [] })));
  expect(one).toEqual(other);
});

test('router standing: the newest allowed revision follows a narrowing and a later record of the notice', async () => {
  const id = idOf(3_000);
  const newest = async () => (await ask({ held: [{ originator: OTHER, id }] })).held[0]?.number;
  await store.commit(() => {
    for (const number of [1, 2]) addNotice(id, { number, to: [ORG], originator: OTHER });
  });
  expect(await newest()).toBe(2);
  const denied = JSON.stringify([{ type: 'decision', to: ORG, outcome: 'denied' }]);
  const second = { originator: OTHER, jti: `${id}.2` };
  await store.commit(() => store.notices.narrow({ ...second, decisions: denied }));
  expect(await newest()).toBe(1);
  await store.commit(() => {
    const known = store.notices.byJti(OTHER, second.jti);
    if (known === undefined) throw new Error('the revision is not stored');
    const decisions = JSON.stringify([{ type: 'decision', to: ORG, outcome: 'redacted' }]);
    store.notices.put({ ...known, decisions }, { epoch: 'e', seq: 2 });
  });
  expect(await newest()).toBe(2);
});

test('router standing: a notice that `held` names twice is refused, also with other members beside its name', async () => {
  const one = { originator: OTHER, id: idOf(1) };
  const [twice, turned] = [[1, 2].map((x) => ({ ...one, x })), [one, { id: one.id, originator: OTHER }]];
  for (const held of [twice, turned])
    await expect(ask({ held })).rejects.toMatchObject({ code: 'schema-invalid' });
});
