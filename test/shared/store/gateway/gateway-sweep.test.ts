import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GatewayStore } from '../../../../services/shared/store/gateway/gateway-store.js';
import type { Database } from '../../../../services/shared/store/sqlite.js';
import { rowsLeft } from '../rows-left.js';
import { openStore } from './open-store.js';

const DAY = 86_400_000;
/** When the first notices of a test end, in milliseconds since the epoch. */
const END = 1_000 * DAY;

let store: GatewayStore;
let db: Database;
let close: () => Promise<void>;
beforeEach(() => {
  ({ store, db, close } = openStore());
});
afterEach(() => close());

/** Submits a notice with an idempotency key; returns its row number. */
function submit(number: number, exp = END): number {
  const about = { revision: 1, number, kind: 'red', digest: `d${number}`, exp: exp / 1000, at: END - DAY };
  const own = { ...about, id: `n${number}`, listed: null, header: '{}', sdJwt: `t${number}` };
  return store.own.insert(own, { caller: 'c', key: `k${number}`, body: 'b' }).seq;
}

/** Puts notices into a frame that was sent and reported, with these recipients for each. */
function route(number: number, owns: readonly number[], orgs: readonly string[]): void {
  store.frames.make({ number, id: `f${number}`, statement: 's', statementDigest: 'd', owns });
  store.frames.sent(number, 0);
  const promised = owns.map((own) => ({ own, orgs }));
  const promises = orgs.map((org) => ({ org, records: [`r${number}`], root: 'root', notices: owns }));
  const report = { frame: number, record: Buffer.from(`r${number}`), digest: `r${number}` };
  store.settlement.routed({ ...report, promised, removed: [], refused: [], promises });
}

/** Stores a receipt of this recipient for a delivery of one notice of the first frame, which it rejected. */
const receive = (own: number, org: string): void => {
  const about = { frame: 1, org, records: ['r1', `only ${own}`], root: 'root', notices: [own] };
  const except = [{ place: 0, type: 'rejected', code: 'expired' }];
  store.settlement.received({ ...about, jws: `${own} ${org}`, at: 1, kid: 'k', except });
};

/** The notices for the next frame. */
const next = (): readonly number[] => store.frames.unframed(64).map(({ seq }) => seq);

/** Stores a delivery of notices that end at `END`. */
function hold(frame: string, ids: readonly string[]): void {
  const held = ids.map((id, leaf) => {
    const about = { id, number: 1, kind: 'red', exp: END / 1000, digest: 'd', disclosed: 'x' };
    return {
      ...about,
      delivered: 'x',
      leaf,
      sdJwt: 't',
      reviewAt: null,
      warnAt: null,
      forget: END + 30 * DAY,
    };
  });
  const expected = ids.map((id) => ({ id, number: undefined, ended: undefined }));
  const proof = {
    records: 'r',
    root: 'r',
    statement: 's',
    proofs: Buffer.from('p'),
    leaves: Buffer.from('l'),
  };
  const bytes = { ...proof, receipt: 'r' };
  const when = { at: 1, forget: END + 30 * DAY };
  store.inbox.accept({ originator: 'interpol', frame, ...bytes, ...when, held, kept: 0, expected });
}

/** Stores an action on a held notice and an early disclosure; with `keep`, the ground on which it is kept. */
function act(id: string, { keep = null }: { readonly keep?: string | null } = {}): void {
  const { copy } = store.holdings.read('interpol', id);
  const lists = { early: '["text"]', actions: '[{}]', answers: '[]' };
  const row = { registers: '{}', ...lists, keep, version: 0, forget: END + 30 * DAY };
  store.holdings.write({ originator: 'interpol', id, ...row, copy, changes: [], ended: undefined, at: 1 });
}

/** Fills every table of the database. */
function fill(): void {
  const [short, long, late] = [submit(1), submit(2, END + DAY), submit(3)];
  route(1, [short, long], ['afripol', 'interpol']);
  receive(short, 'afripol');
  store.settlement.status(long, 'interpol', 'parked');
  const narrowing = { id: 'w', frame: 1, record: Buffer.from('w'), digest: 'w', promises: [] };
  store.settlement.narrowed({ ...narrowing, removed: [{ own: long, org: 'afripol' }] });
  const gone = { frame: 1, entries: [{ place: 0, own: short, type: 'destroyed', code: 'expired' }] };
  store.settlement.changed({ org: 'afripol', jws: 'c', at: 2, kid: 'k', words: [gone] });
  const disputed = [{ own: short, type: 'held' }];
  store.settlement.disputed({ frame: 1, org: 'interpol', notices: disputed, at: 2, kid: 'k' });
  route(2, [late], ['afripol']);
  hold('x', ['h1', 'h2']);
  act('h1');
  store.logProofs.expect({ digest: 'own', frame: 1, delivery: null, at: 1 });
  const place = { index: 0, path: [] };
  store.logProofs.prove(new Map([['own', place]]), 'a note');
  store.ownText.catchUp(() => ['word', 'content'], 100);
  store.inboxText.catchUp(() => ['word'], 100);
}

/** Sends every receipt and change that waits. */
function tellAll(): void {
  const words = store.receiptFrames.words('interpol', 512).map(({ seq }) => seq);
  const deliveries = store.inbox.unsent(64).map(({ seq }) => seq);
  const frame = { number: 1, statementDigest: 'd', bytes: Buffer.from('b'), at: END };
  store.receiptFrames.make({ ...frame, deliveries, words, changed: ['interpol'] });
  store.receiptFrames.sent(1);
}

/** Sweeps until nothing is left; returns the steps. */
async function sweepAt(now: number) {
  const steps = [];
  do steps.push(await store.commit(() => store.sweep(now)));
  while (steps.at(-1)?.more === true);
  return steps;
}

describe('the sweep of a gateway', () => {
  test('leaves only counters, facts and the time of the last change for each originator 30 days after the last notice ended', async () => {
    await store.commit(fill);
    await sweepAt(END);
    const filled =
      'own frame narrowing narrowed reframed waiting promise receipt exception change change_word disputed word changed idempotency delivery delivered known holding inbox_event log_note log_proof own_text counter fact';
    expect(Object.keys(rowsLeft(db)).toSorted()).toEqual(filled.split(' ').toSorted());
    await store.commit(tellAll);
    await sweepAt(END + 31 * DAY);
    // `changed` has a row for each originator, however many notices there were.
    expect(Object.keys(rowsLeft(db)).toSorted()).toEqual(['changed', 'counter', 'fact']);
  });

  test('erases early disclosures and the actions of a held notice together with it, unless it is kept', async () => {
    await store.commit(() => {
      hold('x', ['h1', 'h2']);
      act('h1');
      act('h2', { keep: 'legal-hold' });
    });
    await sweepAt(END);
    const listsOf = (id: string): readonly string[] => {
      const { early, actions } = store.holdings.read('interpol', id);
      return [early, actions];
    };
    expect(listsOf('h1')).toEqual(['[]', '[]']);
    expect(listsOf('h2')).toEqual(['["text"]', '[{}]']);
  });

  test('erases at most 50 own and 50 held notices in a step and reports that more are left', async () => {
    await store.commit(() => {
      for (let number = 1; number <= 120; number += 1) submit(number);
      const ids = Array.from({ length: 64 }, (_, index) => `h${index}`);
      hold('x', ids.slice(0, 40));
      hold('y', ids.slice(40));
    });
    const steps = await sweepAt(END);
    expect(steps.map(({ erased, expired: { length }, more }) => [erased - length, length, more])).toEqual([
      [50, 50, true],
      [50, 14, true],
      [20, 0, false],
    ]);
  });

  test('erases a notice whose frame is unsettled, and moves the other notices of the frame to the next one', async () => {
    const [short, long, done] = await store.commit(() => {
      const owns = [submit(1), submit(2, END + DAY), submit(3, END + DAY)] as const;
      route(1, owns, ['afripol']);
      receive(owns[2], 'afripol');
      return owns;
    });
    const [step] = await sweepAt(END);
    expect(step).toMatchObject({ erased: 1, reframed: 1, missed: [{ id: 'n1', org: 'afripol' }] });
    expect(store.frames.unframed(5).map(({ seq }) => seq)).toEqual([long]);
    expect(store.frames.read(1)).toBeUndefined();
    expect(store.frames.byId('f1')?.notices.map(({ seq }) => seq)).toEqual([short, done, long]);
    await store.commit(() => receive(long, 'afripol'));
    expect([store.own.find('n2')?.state, store.frames.unframed(5)]).toEqual(['settled', []]);
  });

  test('moves a notice to another frame at most once, however many others end while its recipient is away', async () => {
    const long = await store.commit(() => submit(1, END + 30 * DAY));
    for (let day = 0; day < 20; day += 1) {
      await store.commit(() => submit(100 + day, END + day * DAY));
      for (let owns = next(); owns.length > 0; owns = next())
        await store.commit(() => route(store.facts.number('frame') + 1, owns, ['afripol']));
      await sweepAt(END + day * DAY);
    }
    expect(store.settlement.recordsOf(long)).toHaveLength(2);
  });

  test('puts new notices into the next frame before those of a frame that cannot be sent again', async () => {
    await store.commit(() => {
      route(
        1,
        [submit(1), submit(2, END + DAY), submit(3, END + 2 * DAY), submit(4, END + DAY)],
        ['afripol'],
      );
    });
    await sweepAt(END);
    const fresh = await store.commit(() => submit(5, END + 3 * DAY));
    expect(next()).toEqual([fresh]);
    await store.commit(() => route(2, [fresh], ['afripol']));
    expect(next()).toEqual([2, 4]);
    await store.commit(() => route(3, [2, 4], ['afripol']));
    expect(next()).toEqual([3]);
  });

  test('leaves no frame to ask about when a narrowing of an earlier frame settles the last notice of a frame', async () => {
    await store.commit(() => {
      const long = submit(2, END + DAY);
      route(1, [submit(1), long], ['afripol']);
      store.sweep(END);
      route(2, [long], ['afripol']);
      store.frames.wait(2);
      const removed = [{ own: long, org: 'afripol' }];
      const record = { record: Buffer.from('w'), digest: 'w', promises: [] };
      store.settlement.narrowed({ id: 'w', frame: 1, ...record, removed });
    });
    expect(store.own.find('n2')?.state).toBe('settled');
    expect(store.frames.waiting(0, 9)).toEqual([]);
  });
});

describe('the counters of a gateway', () => {
  test('equal the number of rows after any change', async () => {
    const count = (sql: string): number =>
      db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${sql}`).get()?.n ?? -1;
    const expectCounted = (): void => {
      const { queued, awaited, parked, unsent, inbox } = store.counts();
      expect([queued, awaited, parked, unsent, inbox]).toEqual([
        count("own WHERE state = 'queued'"),
        count('waiting'),
        count("waiting WHERE status = 'parked'"),
        count('delivery WHERE unsent = 1') + count('receipt_frame'),
        count('inbox'),
      ]);
    };
    const steps: readonly (() => unknown)[] = [
      fill,
      () => store.settlement.status(2, 'interpol', 'delivered'),
      () => store.settlement.status(2, 'interpol', 'parked'),
      () => receive(2, 'interpol'),
      () =>
        store.receiptFrames.make({
          number: 1,
          statementDigest: 'd',
          bytes: Buffer.from('b'),
          deliveries: [1],
          words: [],
          changed: [],
          at: 1,
        }),
      () => store.receiptFrames.sent(1),
      () => store.inbox.requeue(1),
      () => submit(4),
      () =>
        store.settlement.routed({
          frame: 2,
          record: Buffer.of(),
          digest: 'r',
          promises: [],
          promised: [],
          removed: [],
          refused: [{ own: 3, code: 'x' }],
        }),
      () => store.sweep(END),
      () => store.sweep(END + 62 * DAY),
    ];
    for (const step of steps) {
      await store.commit(step);
      expectCounted();
    }
  });
});
