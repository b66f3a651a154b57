import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOverdueDuties } from '../../../services/gateway/life/overdue-duties.js';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import { type GatewayStore, openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';
import type { Organisation } from '../../../services/shared/trust/directory.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { storeHeld } from '../holding/store-held.js';
import { alarmsFor } from '../../support/alarms-for.js';

let folder: string;
let store: GatewayStore;
let hasXLeft: boolean;
/** A directory that lists only `x`, once it has left. */
const current = () => ({
  organisations: new Map(hasXLeft ? [[X, { ...MEMBER, leftAt: new Date(25_000) }]] : []),
});
const identityAt = (clock: () => Date) => ({ clock, directory: { current } });
beforeEach(() => {
  hasXLeft = false;
  folder = mkdtempSync(join(tmpdir(), 'liaison-overdue-'));
  store = openGatewayStore(join(folder, 'gateway.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const X = parseOrgId('x');
const MEMBER = { id: X, name: 'X', contract: 1, keys: [] } as unknown as Organisation;
const about = { revision: 1, number: 1, kind: 'red', digest: 'd', exp: 1_000, at: 1_000, listed: null };

/** A notice that was submitted at 1 s, and a withdrawal of it that was reported at 20 s and that `x` owes an answer to. */
function withdrawn(): void {
  const { seq } = store.own.insert({ ...about, id: 'n', header: '{}', sdJwt: 't' });
  store.frames.make({ number: 1, id: 'f1', statement: 's', statementDigest: 'd', owns: [seq] });
  const signed = { number: 2, digest: 'w', bytes: Buffer.from('w') };
  const order = {
    originator: '',
    id: 'n',
    kind: 'red',
    verb: 'withdraw',
    fields: {},
    derived: false,
    counted: false,
  };
  const item = store.items.insert({ ...order, first: true, pairs: 1, at: 15_000, signed }, 'queued');
  const ownItems = [item.seq];
  store.frames.make({ number: 2, id: 'f2', statement: 's', statementDigest: 'e', owns: [], ownItems });
  store.items.routed({ frame: 2, at: 20_000, promised: [{ digest: 'w', orgs: ['x'] }], refused: [] });
}

const word = { digest: 'w', org: 'x', type: 'destroyed', code: null, at: 31_000, kid: 'k' };

test('a gateway lists who owes a report or an answer past its deadline, and its alarm ends with the last answer', () => {
  withdrawn();
  const time = { now: 10_999 };
  const alarms = alarmsFor();
  const clock = (): Date => new Date(time.now);
  const duties = createOverdueDuties({
    store,
    identity: identityAt(clock),
    deadlines: equalDeadlines(10),
    alarms,
  });
  const listed = () => duties.list({ limit: 200 }).items.map(({ org, duty }) => `${String(org)} ${duty}`);
  const raised = () => {
    duties.report();
    return alarms.list().map(({ alarm, count }) => `${alarm} ${count}`);
  };
  expect(listed()).toEqual([]);
  time.now = 11_000;
  expect([listed(), raised()]).toEqual([['null receipt'], []]);
  time.now = 30_000;
  expect(listed()).toEqual(['null receipt', 'x withdraw']);
  // Raised once for each answer, however often it is looked at.
  expect([raised(), raised()]).toEqual([['answer-overdue 1'], ['answer-overdue 1']]);
  store.items.answered([{ ...word, before: 'b', after: null, receipt: 'jws' }]);
  expect([listed(), raised()]).toEqual([['null receipt'], []]);
});

test('a missing answer of a member that has left is in no list and no alarm, but is read for claims', () => {
  withdrawn();
  const alarms = alarmsFor();
  const clock = (): Date => new Date(30_000);
  const duties = createOverdueDuties({
    store,
    identity: identityAt(clock),
    deadlines: equalDeadlines(10),
    alarms,
  });
  duties.report();
  expect(alarms.list()).toHaveLength(1);
  hasXLeft = true;
  duties.report();
  expect(alarms.list()).toEqual([]);
  expect(duties.list({ limit: 1 })).toMatchObject({ items: [{ org: null, duty: 'receipt' }], next: null });
  expect(duties.read({ limit: 200 }).items.map(({ org }) => org)).toEqual([null, 'x']);
});

test('a receipt is overdue by the deadline of its kind, however many older notices of other kinds are not', () => {
  for (let at = 0; at < 1_100; at += 1)
    store.own.insert({ ...about, id: `red ${at}`, header: '{}', sdJwt: 't' });
  store.own.insert({ ...about, id: 'yellow', kind: 'yellow', at: 2_000, header: '{}', sdJwt: 't' });
  const [long, short] = [equalDeadlines(90), equalDeadlines(10)];
  const deadlines = { ...long, receipt: { ...long.receipt, yellow: short.receipt.yellow } };
  const clock = (): Date => new Date(12_000);
  const duties = createOverdueDuties({ store, identity: identityAt(clock), deadlines, alarms: alarmsFor() });
  expect(duties.list({ limit: 200 }).items.map(({ id, duty }) => `${id} ${duty}`)).toEqual([
    'yellow receipt',
  ]);
});

test('an own request is overdue from its originator until an unseal or a decline answers it', async () => {
  const request = {
    originator: 'x',
    id: 'n',
    kind: 'red',
    verb: 'request',
    derived: false,
    counted: false,
    first: false,
    pairs: 0,
  };
  const signed = { number: 1, digest: 'q', bytes: Buffer.from('q') };
  const fields = { section: 'judicial' } as const;
  const ends = { exp: 9e9, reviewAt: null, warnAt: null, forget: 9e15 };
  const copy = { digest: 'd', disclosed: 'd', delivered: 'd', leaf: 0, sdJwt: 't' };
  const held = { id: 'n', number: 1, kind: 'red', ...ends, ...copy };
  await store.commit(() => {
    storeHeld(store, 'x', [held]);
    const { seq } = store.items.insert({ ...request, fields, at: 1_000, signed }, 'queued');
    store.frames.make({
      number: 1,
      id: 'f',
      statement: 's',
      statementDigest: 'e',
      owns: [],
      ownItems: [seq],
    });
    store.items.routed({ frame: 1, at: 2_000, promised: [{ digest: 'q', orgs: [] }], refused: [] });
  });
  const time = { now: 10_999 };
  const alarms = alarmsFor();
  const clock = (): Date => new Date(time.now);
  const duties = createOverdueDuties({
    store,
    identity: identityAt(clock),
    deadlines: equalDeadlines(10),
    alarms,
  });
  const state = () => {
    duties.report();
    return [
      duties.list({ limit: 200 }).items.map(({ org, duty }) => `${org} ${duty}`),
      alarms.list().map(({ alarm }) => alarm),
    ];
  };
  expect(state()).toEqual([[], []]);
  time.now = 11_000;
  expect(state()).toEqual([['x request'], ['answer-overdue']]);
  await store.commit(() =>
    store.items.closeRequest({ originator: 'x', id: 'n', verb: 'unseal', section: 'judicial' }),
  );
  expect(state()).toEqual([[], []]);
});

test('the pages of what is overdue have each duty once, also where many began at the same moment', () => {
  for (let seq = 1; seq <= 4; seq += 1) {
    const { seq: own } = store.own.insert({ ...about, id: `n${seq}`, header: '{}', sdJwt: 't' });
    const names = { statement: 's', statementDigest: `d${seq}`, owns: [own] };
    store.frames.make({ number: seq, id: `f${seq}`, ...names });
  }
  const order = {
    originator: '',
    kind: 'red',
    fields: {},
    derived: false,
    counted: false,
    first: true,
    pairs: 1,
  };
  for (const [number, verb] of [
    [5, 'restrict'],
    [6, 'restrict'],
    [7, 'withdraw'],
  ] as const) {
    const signed = { number, digest: `w${number}`, bytes: Buffer.from('w') };
    const item = store.items.insert({ ...order, id: `n${number}`, verb, at: 500, signed }, 'queued');
    const names = { statement: 's', statementDigest: `e${number}`, owns: [], ownItems: [item.seq] };
    store.frames.make({ number, id: `f${number}`, ...names });
    const promised = [{ digest: `w${number}`, orgs: ['x', 'y', 'z'] }];
    store.items.routed({ frame: number, at: 1_000, promised, refused: [] });
  }
  const clock = () => new Date(50_000);
  const duties = createOverdueDuties({
    store,
    identity: identityAt(clock),
    deadlines: equalDeadlines(10),
    alarms: alarmsFor(),
  });
  const { items, next } = duties.list({ limit: 200 });
  expect([items.length, next]).toEqual([13, null]);
  for (const limit of [1, 2, 3, 5, 13]) {
    const pages = [];
    for (let after: string | undefined; pages.length <= items.length; ) {
      const page = duties.list({ limit, after });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      pages.push(...page.items);
      if (page.next === null) break;
      after = page.next;
    }
    expect(pages).toEqual(items);
  }
  expect(() => duties.list({ limit: 1, after: 'x' })).toThrow(expect.objectContaining({ code: 'usage' }));
});
