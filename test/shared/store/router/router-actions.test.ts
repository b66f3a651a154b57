import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  ActionAnswer,
  KnownAct,
  KnownAction,
} from '../../../../services/shared/store/router/router-actions.js';
import { openRouterStore, type RouterStore } from '../../../../services/shared/store/router/router-store.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-actions-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const EXP = 2_000_000_000;
const VERBS = ['withdraw', 'suspend', 'unseal'];
const action = (number: number, change: Partial<KnownAction> = {}): KnownAction => ({
  originator: 'europol',
  digest: `action-${number}`,
  id: 'notice-1',
  number,
  verb: VERBS[number % VERBS.length] ?? '',
  frame: `frame-${number}`,
  at: number * 1000,
  extendsTo: null,
  exp: EXP,
  bytes: Uint8Array.of(number),
  ...change,
});
const act = (number: number, recipient: string, frame = `frame-${number}`): KnownAct => ({
  originator: 'europol',
  action: `action-${number}`,
  recipient,
  frame,
  exp: EXP,
  isEnding: VERBS[number % VERBS.length] !== 'unseal',
});
const answer = (number: number, recipient: string, receipt = 'receipt-1'): ActionAnswer => ({
  originator: 'europol',
  action: `action-${number}`,
  recipient,
  id: 'notice-1',
  receipt,
  type: 'destroyed',
  code: null,
  before: 'digest',
  after: null,
  at: 1,
  exp: EXP,
});

type Write = (store: RouterStore) => void;
const put = (number: number, change?: Partial<KnownAction>): Write => {
  return ({ actions }) => actions.add(action(number, change));
};
const hand = (...given: Parameters<typeof act>): Write => {
  return ({ actions }) => actions.addAct(act(...given));
};
const say = (...given: Parameters<typeof answer>): Write => {
  return ({ actions }) => actions.answer(answer(...given));
};

async function stateAfter(writes: readonly Write[], path: string): Promise<unknown> {
  const store = openRouterStore(join(folder, path));
  await store.commit(() => writes.forEach((write) => write(store)));
  const { actions } = store;
  const owed = (recipient: string): readonly string[] =>
    actions
      .owed(recipient, { after: 0, limit: 100 })
      .flatMap((place) => actions.owedIn(recipient, place))
      .map((one) => `${one.action} ${one.frame} ${one.number} ${one.verb}`)
      .toSorted();
  const state = {
    of: actions.of('europol', 'notice-1'),
    acts: [0, 1, 2, 9].map((number) => actions.actsIn('europol', `frame-${number}`)),
    answers: actions.answersOn('europol', 'notice-1'),
    owed: ['interpol', 'eurojust'].map(owed),
  };
  await store.close();
  return state;
}

describe('the actions of a router', () => {
  test('an end or a bar is owed from its record until its holder answers, whichever is read first', async () => {
    const writes = [put(0), put(1), put(2), ...[0, 1, 2].map((number) => hand(number, 'interpol'))];
    const before = await stateAfter(writes, 'before.db');
    expect(before).toMatchObject({
      owed: [['action-0 frame-0 0 withdraw', 'action-1 frame-1 1 suspend'], []],
    });
    for (const [path, order] of [
      ['after.db', [...writes, say(0, 'interpol')]],
      ['first.db', [say(0, 'interpol'), ...writes]],
    ] as const) {
      expect(await stateAfter(order, path)).toMatchObject({ owed: [['action-1 frame-1 1 suspend'], []] });
    }
  });

  test('property: the same records in any order, some twice, give the same state', () => {
    let run = 0;
    const all: readonly Write[] = [
      put(0),
      put(0, { frame: 'frame-9', at: 5_000 }),
      put(1),
      put(2),
      hand(0, 'interpol'),
      hand(0, 'interpol', 'frame-9'),
      hand(0, 'eurojust'),
      hand(1, 'interpol'),
      hand(2, 'eurojust'),
      say(0, 'interpol'),
      say(0, 'interpol', 'receipt-2'),
      say(2, 'eurojust'),
    ];
    return fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...all, ...all], { minLength: 24, maxLength: 24 }),
        async (order) => {
          run += 1;
          expect(await stateAfter(order, `run-${run}.db`)).toEqual(await stateAfter(all, `all-${run}.db`));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('are counted by verb and time, for one originator', async () => {
    const store = openRouterStore(join(folder, 'count.db'));
    await store.commit(() => [0, 1, 2, 3].forEach((number) => store.actions.add(action(number))));
    expect(store.actions.countSince('europol', ['withdraw', 'suspend'], 1_000)).toBe(2);
    expect(store.actions.countSince('interpol', ['withdraw', 'suspend'], 0)).toBe(0);
    expect(store.actions.has('europol', 'notice-1', 'withdraw')).toBe(true);
    expect(store.actions.has('europol', 'notice-1', 'extend')).toBe(false);
    await store.close();
  });
});

test('requests are found by digest, and by what they ask for in the order of their recording', async () => {
  const store = openRouterStore(join(folder, 'asks.db'));
  const ask = (digest: string, at: number, section = 'judicial') => ({
    holder: 'interpol',
    digest,
    originator: 'europol',
    id: 'notice-1',
    section,
    at,
    exp: EXP,
  });
  await store.commit(() => {
    for (const one of [ask('b', 2), ask('a', 3), ask('b', 1), ask('c', 0, 'contacts')]) store.asks.add(one);
  });
  expect(store.asks.byDigest('interpol', 'b')).toMatchObject({ at: 1 });
  expect(store.asks.byDigest('europol', 'b')).toBeUndefined();
  expect(store.asks.of(ask('', 0)).map(({ digest }) => digest)).toEqual(['b', 'a']);
  await store.close();
});

test('router actions: an action that is kept from a holder owes no answer, in any reading order; an end still does', async () => {
  const [unseal, withdraw] = [2, 3];
  const keep = ({ actions }: RouterStore): void =>
    [unseal, withdraw].forEach((number) =>
      actions.unact({ originator: 'europol', action: `action-${number}`, recipient: 'interpol' }, EXP),
    );
  const handOver = (store: RouterStore): void =>
    [unseal, withdraw].forEach((number) => {
      store.actions.add(action(number));
      store.actions.addAct(act(number, 'interpol'));
    });
  for (const [name, writes] of [
    ['before', [keep, handOver]],
    ['after', [handOver, keep]],
  ] as const) {
    const store = openRouterStore(join(folder, `unact-${name}.db`));
    await store.commit(() => writes.forEach((write) => write(store)));
    const unanswered = (number: number) => store.actions.unansweredIn('europol', `frame-${number}`);
    expect([unanswered(unseal), unanswered(withdraw)]).toEqual([[], ['interpol']]);
    const isUnacted = (number: number) =>
      store.actions.isUnacted({ originator: 'europol', action: `action-${number}`, recipient: 'interpol' });
    expect([isUnacted(unseal), isUnacted(withdraw)]).toEqual([true, false]);
    await store.close();
  }
});
