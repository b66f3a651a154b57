import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RECEIPT_TYPES } from '../../../../services/shared/kernel/receipt-types.js';
import type { ListedException } from '../../../../services/shared/store/gateway/answers/received.js';
import type { GatewayStore } from '../../../../services/shared/store/gateway/gateway-store.js';
import type { Database } from '../../../../services/shared/store/sqlite.js';
import { rowsLeft } from '../rows-left.js';
import { openStore } from './open-store.js';

const ORGS = ['afripol', 'interpol'];
let store: GatewayStore;
let db: Database;
let close: () => Promise<void>;
let owns: readonly number[];

const COUNT = 8;
beforeEach(async () => {
  ({ store, db, close } = openStore());
  const common = { revision: 1, kind: 'red', digest: 'd', exp: 9e9, at: 1, listed: null };
  const insert = (number: number) =>
    store.own.insert({ ...common, id: `n${number}`, number, header: '{}', sdJwt: 't' }).seq;
  owns = await store.commit(() => Array.from({ length: COUNT }, (_, at) => insert(at + 1)));
  await store.commit(() =>
    store.frames.make({ number: 1, id: 'f', statement: 's', statementDigest: 'd', owns }),
  );
  await store.commit(() =>
    store.settlement.routed({
      frame: 1,
      record: Buffer.from('r'),
      digest: 'r',
      promised: owns.map((own) => ({ own, orgs: ORGS })),
      removed: [],
      refused: [],
      promises: ORGS.map((org) => ({ org, records: ['r'], root: 'root', notices: owns })),
    }),
  );
});
afterEach(() => close());

const receive = (
  jws: string,
  about: { at?: number; org?: string; except?: readonly ListedException[] } = {},
) => {
  const { at = 1, org = 'interpol', except = [] } = about;
  const receipt = { frame: 1, org, records: ['r'], root: 'root', notices: owns, jws, at, kid: 'k', except };
  return store.commit(() => store.settlement.received(receipt));
};
const said = (place: number) =>
  store.settlement
    .receiptsOf(owns[place] ?? 0)
    .map(({ org, type, code, verified }) => [org, type, code, verified]);
const stateOf = (place: number) => store.own.find(`n${place + 1}`)?.state;
const rejected = (place: number, code: string): ListedException => ({ place, type: 'rejected', code });

describe('a receipt', () => {
  test('settles all notices of its delivery, in one row however many they are', async () => {
    await receive('one', { org: 'afripol' });
    expect(stateOf(0)).toBe('routed');
    await receive('two', { except: [rejected(1, 'number-conflict')] });
    expect(owns.map((_, place) => stateOf(place))).toEqual(owns.map(() => 'settled'));
    expect(said(0)).toEqual([
      ['afripol', 'held', null, true],
      ['interpol', 'held', null, true],
    ]);
    expect(said(1)[1]).toEqual(['interpol', 'rejected', 'number-conflict', true]);
    // Eight notices for two recipients took sixteen rows and a set for each receipt.
    const { receipt, exception, promise = 0, waiting = 0 } = rowsLeft(db);
    expect({ receipt, exception, promise, waiting }).toEqual({
      receipt: 2,
      exception: 1,
      promise: 0,
      waiting: 0,
    });
  });

  test('stands when another one with the same root follows', async () => {
    await receive('first');
    await receive('second', { at: 2, except: [rejected(0, 'expired')] });
    expect(said(0)).toEqual([['interpol', 'held', null, true]]);
  });

  test.each(['expired', 'key-revoked'])(
    'that rejects as `%s` is replaced by one that holds, and never replaces it',
    async (code) => {
      await receive('clock', { at: 9, except: [rejected(0, code), rejected(1, 'number-conflict')] });
      await receive('held', { except: [rejected(1, 'number-conflict')] });
      expect([said(0), said(1)[0]?.[1]]).toEqual([[['interpol', 'held', null, true]], 'rejected']);
      await receive('late', { at: 10, except: [rejected(0, code)] });
      expect(said(0)).toEqual([['interpol', 'held', null, true]]);
    },
  );

  test('leaves its recipient a holder only of what it says it holds or keeps', async () => {
    const listed = RECEIPT_TYPES.map((type, place) => ({ place, type, code: null }));
    await receive('one', { except: listed.filter(({ type }) => type !== 'held') });
    const held = RECEIPT_TYPES.filter((_, place) =>
      store.holders.of(`n${place + 1}`).some(({ org }) => org === 'interpol'),
    );
    expect(held).toEqual(['held', 'kept']);
  });

  test('that came before a repeated report is not awaited again', async () => {
    await receive('one', { org: 'afripol' });
    const promised = owns.map((own) => ({ own, orgs: ORGS }));
    const record = { record: Buffer.from('r'), digest: 'r', removed: [], refused: [], promises: [] };
    await store.commit(() => store.settlement.routed({ frame: 1, ...record, promised }));
    expect(store.settlement.waitingOf(owns[0] ?? 0)).toEqual([{ org: 'interpol', status: null }]);
  });
});

describe('a change of a receipt', () => {
  const change = (
    jws: string,
    at: number,
    entries: readonly (ListedException & { readonly own: number })[],
  ) =>
    store.commit(() =>
      store.settlement.changed({ org: 'interpol', jws, at, kid: 'k', words: [{ frame: 1, entries }] }),
    );
  const destroyed = (place: number) => ({ place, own: owns[place] ?? 0, type: 'destroyed', code: 'expired' });

  test('is shown in place of the receipt, which stays as it is', async () => {
    await receive('first');
    await change('gone', 5, [destroyed(0), destroyed(2)]);
    await change('gone', 5, [destroyed(1)]);
    expect(said(0)).toEqual([['interpol', 'destroyed', 'expired', true]]);
    expect(said(1)).toEqual([['interpol', 'held', null, true]]);
    expect(rowsLeft(db)).toMatchObject({ receipt: 1, change: 1, change_word: 1 });
  });

  test('that repeats the last one is not stored, and at most 16 of a notice are', async () => {
    await receive('first');
    await change('gone', 5, [destroyed(0)]);
    await change('again', 6, [destroyed(0)]);
    expect(rowsLeft(db)).toMatchObject({ change: 1, change_word: 1 });
    for (let at = 0; at < 20; at += 1)
      await change(`turn ${at}`, 7 + at, [{ ...destroyed(0), type: at % 2 ? 'destroyed' : 'kept' }]);
    expect(rowsLeft(db)).toMatchObject({ change: 16, change_word: 16 });
    await change('another', 40, [destroyed(0), destroyed(1)]);
    expect(said(1)).toEqual([['interpol', 'destroyed', 'expired', true]]);
  });

  test('is not stored for another place than the notice had, or for an unknown delivery', async () => {
    await change('early', 5, [destroyed(0)]);
    await receive('first');
    await change('moved', 6, [{ ...destroyed(0), place: 3 }]);
    expect(said(0)).toEqual([['interpol', 'held', null, true]]);
    expect(rowsLeft(db)['change']).toBeUndefined();
  });
});

describe('a receipt with another root', () => {
  const dispute = () => {
    const notices = owns.map((own) => ({ own, type: 'held' }));
    return store.commit(() =>
      store.settlement.disputed({ frame: 1, org: 'interpol', notices, at: 3, kid: 'k' }),
    );
  };

  test('disputes its notices: neither settled nor awaited, whatever follows', async () => {
    await dispute();
    expect(stateOf(0)).toBe('routed');
    expect(store.settlement.waitingOf(owns[0] ?? 0)).toEqual([{ org: 'afripol', status: null }]);
    await receive('other', { org: 'afripol' });
    expect(owns.map((_, place) => stateOf(place))).toEqual(owns.map(() => 'disputed'));
    expect(said(0)).toEqual([
      ['afripol', 'held', null, true],
      ['interpol', 'held', 'delivery-differs', false],
    ]);
    expect([store.counts().disputed, store.frames.unsent()]).toEqual([COUNT, undefined]);
    await receive('right after all');
    expect(stateOf(0)).toBe('disputed');
  });

  test('changes nothing for a recipient that signed the right root before', async () => {
    await receive('right');
    await dispute();
    await receive('other', { org: 'afripol' });
    expect(stateOf(0)).toBe('settled');
    expect(said(0).map(([, , , verified]) => verified)).toEqual([true, true]);
  });
});

test('gateway store: evidence is kept once for each statement, and the newest 100 against each accused stay', async () => {
  const one = { what: 'dispute' as const, org: 'interpol', frame: 'f', bytes: Buffer.from('b'), at: 1 };
  await store.commit(() => {
    for (let number = 0; number < 110; number += 1) store.evidence.keep({ ...one, digest: `d${number}` });
    store.evidence.keep({ ...one, digest: 'd109' });
  });
  const kept = store.evidence.list().map(({ digest }) => digest);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([100, 'd10', 'd109']);
});

test('gateway store: a claim about a record that is still missing is not pushed out by claims about other records', async () => {
  const keep = (digest: string): void => {
    store.logProofs.expect({ digest, frame: 1, delivery: null, at: 1 });
    store.logProofs.mark(digest, 'missing');
    store.evidence.keep({
      what: 'missing',
      org: 'europol',
      frame: 'f',
      digest,
      bytes: Buffer.from('b'),
      at: 1,
    });
  };
  const kept = (): readonly string[] => store.evidence.list().map(({ digest }) => digest);
  const names = Array.from({ length: 100 }, (_, number) => `d${number}`);
  await store.commit(() => ['first', ...names].forEach(keep));
  expect(kept()).toEqual(['first', ...names.slice(0, 99)]);
  await store.commit(() => {
    store.logProofs.prove(new Map(names.map((name) => [name, { index: 0, path: [] }])), 'note');
    keep('last');
  });
  expect(kept()).toEqual(['first', ...names.slice(1, 99), 'last']);
});

test('gateway store: evidence against the hub or another recipient pushes out none against a recipient', async () => {
  const about = { frame: 'f', bytes: Buffer.from('b'), at: 1 };
  await store.commit(() => {
    store.evidence.keep({ ...about, what: 'dispute', org: 'interpol', digest: 'first' });
    for (let number = 0; number < 600; number += 1) {
      store.evidence.keep({
        ...about,
        what: 'contradiction',
        org: `org-${number % 3}`,
        digest: `c${number}`,
      });
      store.evidence.keep({ ...about, what: 'contradiction', org: 'interpol', digest: `i${number}` });
      store.evidence.keep({ ...about, what: 'dispute', org: 'afripol', digest: `a${number}` });
    }
  });
  const kept = store.evidence.list();
  expect(kept[0]).toMatchObject({ what: 'dispute', org: 'interpol', digest: 'first' });
  // Every contradiction accuses the hub, whichever originator its delivery names.
  expect(kept.filter(({ what }) => what === 'contradiction')).toHaveLength(100);
  expect(kept).toHaveLength(201);
});
