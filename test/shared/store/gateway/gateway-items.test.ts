import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewItem } from '../../../../services/shared/store/gateway/gateway-items.js';
import type { GatewayStore } from '../../../../services/shared/store/gateway/gateway-store.js';
import type { Database } from '../../../../services/shared/store/sqlite.js';
import { rowsLeft } from '../rows-left.js';
import { openStore } from './open-store.js';

const DAY = 86_400_000;
const END = 1_000 * DAY;

let store: GatewayStore;
let db: Database;
let close: () => Promise<void>;
beforeEach(() => {
  ({ store, db, close } = openStore());
});
afterEach(() => close());

function submit(id: string, revision = 1): number {
  const about = { revision, number: revision, kind: 'red', digest: `${id}.${revision}` };
  const own = { ...about, id, exp: END / 1000, at: END - DAY, listed: null, header: '{}', sdJwt: `t-${id}` };
  return store.own.insert(own).seq;
}

const item = (
  id: string,
  verb: string,
  more: number | (Partial<NewItem> & { readonly number: number }),
): NewItem => {
  const { number, ...extra } = typeof more === 'number' ? { number: more } : more;
  return {
    originator: '',
    id,
    kind: 'red',
    verb,
    fields: {},
    derived: false,
    counted: false,
    first: ['withdraw', 'restrict', 'suspend'].includes(verb),
    pairs: 6,
    at: END - DAY,
    signed: { number, digest: `${id}-${verb}-${number}`, bytes: Buffer.from(`${verb} ${id}`) },
    ...extra,
  };
};

let frames = 0;
function frame(owns: readonly number[], ownItems: readonly number[] = []): number {
  frames += 1;
  store.frames.make({
    number: frames,
    id: `f${frames}`,
    statement: 's',
    statementDigest: 'd',
    owns,
    ownItems,
  });
  store.frames.sent(frames, 0);
  return frames;
}

const routed = (number: number, own: number, orgs: readonly string[]): void =>
  store.settlement.routed({
    frame: number,
    record: Buffer.from('r'),
    digest: `r${number}`,
    promises: [],
    promised: [{ own, orgs }],
    removed: [],
    refused: [],
  });

const word = (digest: string, org: string, [type, at]: readonly [string, number] = ['destroyed', 5]) => ({
  digest,
  org,
  type,
  code: null,
  at,
  kid: 'k',
  before: 'b',
  after: null,
  receipt: 'jws',
});

const verbs = (which: 'first' | 'others'): readonly string[] =>
  store.frames.unframedItems(which, 9).map(({ bytes }) => Buffer.from(bytes).toString());

describe('own items in frames', () => {
  test('ends and bars are listed apart from other items, and no item before its notice is in a frame', () => {
    const own = submit('a');
    for (const verb of ['extend', 'suspend', 'withdraw']) store.items.insert(item('a', verb, 9), 'queued');
    expect([verbs('first'), verbs('others')]).toEqual([[], []]);
    frame([own]);
    expect(verbs('first')).toEqual(['suspend a', 'withdraw a']);
    expect(verbs('others')).toEqual(['extend a']);
  });

  test('a frame gives back the bytes of its items after the texts of its notices', () => {
    const own = submit('a');
    frame([own]);
    const { seq } = store.items.insert(item('a', 'extend', 9), 'queued');
    const number = frame([submit('b')], [seq]);
    const made = store.frames.read(number);
    expect(made?.notices).toEqual(['t-b']);
    expect(made?.items.map((bytes) => Buffer.from(bytes).toString())).toEqual(['extend a']);
    expect(store.frames.byId(`f${number}`)?.items).toEqual(['a-extend-9']);
  });

  test('a frame is settled only when its actions are, by report and receipts in either order', () => {
    frame([submit('a')]);
    const { seq } = store.items.insert(item('a', 'withdraw', 9), 'queued');
    const number = frame([], [seq]);
    store.items.answered([word('a-withdraw-9', 'x')]);
    store.items.routed({
      frame: number,
      at: 3,
      promised: [{ digest: 'a-withdraw-9', orgs: ['x', 'y'] }],
      refused: [],
    });
    expect(store.frames.unsettledItems(number)).toEqual([
      { item: seq, reported: true, pairs: [{ org: 'y', status: null, since: 3 }] },
    ]);
    expect(store.frames.read(number)).toBeDefined();
    expect(store.items.owedFor(seq)).toEqual([{ org: 'y', since: 3 }]);
    expect(store.items.answered([word('a-withdraw-9', 'y')])).toEqual([seq]);
    expect([store.items.read(seq)?.state, store.frames.read(number)]).toEqual(['settled', undefined]);
  });

  test('an item refused only for its number is signed again, above the number that the hub named', () => {
    frame([submit('a')]);
    const low = store.items.insert(item('a', 'suspend', 9), 'queued');
    const other = store.items.insert(item('a', 'extend', 10), 'queued');
    const number = frame([], [low.seq, other.seq]);
    const refused = [
      { digest: 'a-suspend-9', code: 'superseded', number: 77 },
      { digest: 'a-extend-10', code: 'not-permitted' },
    ];
    store.items.routed({ frame: number, at: 3, promised: [], refused });
    expect(store.items.refusedByNumber(9)).toMatchObject([{ seq: low.seq, number: 77, code: 'superseded' }]);
    const again = {
      ...item('a', 'suspend', 78),
      signed: { number: 78, digest: 'again', bytes: Buffer.from('x') },
    };
    store.items.signed(low.seq, again, 'queued');
    expect(store.items.refusedByNumber(9)).toEqual([]);
    expect(verbs('first')).toEqual(['x']);
    expect(store.items.read(other.seq)).toMatchObject({ state: 'refused', code: 'not-permitted' });
  });

  test('when an item is signed again, the other unsettled items of its frame go into a new frame', () => {
    frame([submit('a')]);
    const low = store.items.insert(item('a', 'suspend', 9), 'queued');
    const other = store.items.insert(item('a', 'restrict', 10), 'queued');
    const number = frame([], [low.seq, other.seq]);
    const refused = [{ digest: 'a-suspend-9', code: 'superseded', number: 77 }];
    store.items.routed({
      frame: number,
      at: 3,
      promised: [{ digest: 'a-restrict-10', orgs: ['x'] }],
      refused,
    });
    const signed = { number: 78, digest: 'again', bytes: Buffer.from('x') };
    store.items.signed(low.seq, { ...item('a', 'suspend', 78), signed }, 'queued');
    expect(verbs('first').toSorted()).toEqual(['restrict a', 'x']);
    expect(store.frames.read(number)).toBeUndefined();
    expect(store.frames.byId(`f${number}`)?.items).toEqual(['a-restrict-10']);
  });

  test('an own request is closed by an unseal of its section, or by a decline that names it', () => {
    const ask = (section: string, number: number) =>
      store.items.insert(
        item('n', 'request', { number, originator: 'o', first: false, fields: { section } }),
        'queued',
      );
    const [granted, declined, open] = [ask('judicial', 1), ask('threat', 2), ask('identity', 3)];
    store.items.closeRequest({ originator: 'o', id: 'n', verb: 'unseal', section: 'judicial' });
    store.items.closeRequest({ originator: 'o', id: 'n', verb: 'decline', request: 'n-request-2' });
    const states = [granted, declined, open].map(({ seq }) => store.items.read(seq));
    expect(states.map((row) => [row?.state, row?.code])).toEqual([
      ['ended', 'unseal'],
      ['ended', 'decline'],
      ['queued', null],
    ]);
  });

  test('of two answers of a holder to an action the later one counts, whichever is stored first', () => {
    frame([submit('a')]);
    const { seq } = store.items.insert(item('a', 'withdraw', 9), 'queued');
    store.items.answered([word('a-withdraw-9', 'x', ['kept', 5])]);
    store.items.answered([word('a-withdraw-9', 'x', ['destroyed', 8])]);
    store.items.answered([word('a-withdraw-9', 'x', ['kept', 7])]);
    expect(store.items.wordsOf(seq).map(({ type }) => type)).toEqual(['destroyed']);
  });
});

describe('the end of an own notice', () => {
  test('erases its content at once, and puts the other unsettled notices of its frame into a new one', () => {
    const [ended, other] = [submit('a'), submit('b')];
    const number = frame([ended, other]);
    routed(number, other, ['x']);
    const { reframed } = store.ends.end('a', { ending: 'withdrawn', reason: 'basis-gone', at: 7 });
    expect([reframed, store.own.sdJwt(ended), store.own.find('a')?.state]).toEqual([1, undefined, 'ended']);
    expect(store.frames.unframed(5).map(({ seq }) => seq)).toEqual([other]);
    expect(store.ends.endOf('a')).toEqual({ ending: 'withdrawn', reason: 'basis-gone', at: 7 });
  });

  test('ends its unsent items, except the withdrawal, which every holder has to answer', () => {
    frame([submit('a')]);
    const unseal = store.items.insert(item('a', 'unseal', 8), 'queued');
    const held = store.items.insert(item('a', 'restrict', { number: 0, signed: undefined }), 'held');
    const withdraw = store.items.insert(item('a', 'withdraw', 9), 'queued');
    store.ends.end('a', { ending: 'withdrawn', reason: null, at: 7 });
    const states = [unseal, held, withdraw].map(({ seq }) => store.items.read(seq)?.state);
    expect(states).toEqual(['ended', 'ended', 'queued']);
    expect(verbs('first')).toEqual(['withdraw a']);
  });

  test('drops a frame with a disclosure of the notice, and puts the other items of that frame into a new one', () => {
    frame([submit('a'), submit('b')]);
    const unseal = store.items.insert(item('a', 'unseal', 8), 'queued');
    const extend = store.items.insert(item('b', 'extend', 8), 'queued');
    const number = frame([], [unseal.seq, extend.seq]);
    store.ends.end('a', { ending: 'withdrawn', reason: null, at: 7 });
    expect(store.frames.read(number)).toBeUndefined();
    expect(store.frames.unframedItems('others', 5).map(({ seq }) => seq)).toEqual([extend.seq]);
    // The report on the earlier frame may still arrive.
    expect(store.frames.byId(`f${number}`)?.items).toContain('b-extend-8');
  });

  test('does not change whether the notice counts as framed', () => {
    const own = submit('a');
    submit('b');
    expect([store.ends.wasFramed('a'), store.ends.wasFramed('b')]).toEqual([false, false]);
    frame([own]);
    store.ends.end('a', { ending: 'withdrawn', reason: null, at: 7 });
    store.ends.end('b', { ending: 'withdrawn', reason: null, at: 7 });
    expect([store.ends.wasFramed('a'), store.ends.wasFramed('b')]).toEqual([true, false]);
  });
});

test('gateway store: no row of a notice and its items is left 30 days after its end', () => {
  const own = submit('a');
  const first = frame([own]);
  routed(first, own, ['x']);
  const { seq } = store.items.insert(item('a', 'withdraw', 9), 'queued');
  store.items.remember({ caller: 'c', key: 'k', body: 'b' }, seq, END - DAY);
  const number = frame([], [seq]);
  store.items.routed({
    frame: number,
    at: 3,
    promised: [{ digest: 'a-withdraw-9', orgs: ['x'] }],
    refused: [],
  });
  store.items.answered([word('a-withdraw-9', 'x')]);
  store.asked.receive({
    jti: 'j',
    digest: 'q',
    id: 'a',
    org: 'x',
    section: 'judicial',
    purpose: 'arrest',
    copy: 'd',
    at: 1,
    text: 't',
  });
  store.ends.end('a', { ending: 'withdrawn', reason: null, at: END - DAY });
  store.sweep(END + 31 * DAY);
  const { counter: _counter, fact: _fact, ...left } = rowsLeft(db);
  expect(left).toEqual({});
});
