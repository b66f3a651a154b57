import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROUTER_MIGRATIONS } from '../../../../services/shared/store/router/router-schema.js';
import { openRouterStore, type RouterStore } from '../../../../services/shared/store/router/router-store.js';
import { openDatabase } from '../../../../services/shared/store/sqlite.js';

describe('router store: size and cost are bounded', () => {
  let folder: string;
  let path: string;
  let store: RouterStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-store-'));
    path = join(folder, 'router.db');
    store = openRouterStore(path);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const addRecords = (from: number, to: number, into = store): Promise<void> =>
    into.commit(() => {
      for (let seq = from; seq <= to; seq += 1) {
        const of = {
          digest: `d${seq}`,
          org: 'europol',
          frame: `f${seq}`,
          type: 'routing',
          epoch: 'e',
        } as const;
        into.ledger.add({ ...of, seq, at: seq, exp: seq, kept: false, bytes: new Uint8Array(100) });
      }
    });

  /** The time of one heartbeat that confirms one more record, in milliseconds. */
  const heartbeat = async (seq: number, into: RouterStore): Promise<number> => {
    await addRecords(seq, seq, into);
    const at = performance.now();
    await into.commit(() => into.ledger.keepUntil({ epoch: 'e', seq }, seq));
    expect(into.ledger.bytesAfter({ epoch: 'e', seq })).toBe(0);
    return performance.now() - at;
  };
  const medianOf = (times: readonly number[]): number =>
    times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;

  test('a heartbeat costs the same after 50,000 records of its epoch as after 100', async () => {
    const other = openRouterStore(join(folder, 'other.db'));
    for (const [into, last] of [
      [store, 100],
      [other, 50_000],
    ] as const) {
      await addRecords(1, last, into);
      await into.commit(() => into.ledger.keepUntil({ epoch: 'e', seq: last }, last + 1));
    }
    const times: [number, number][] = [];
    // In turn, so that whatever else the machine does slows both.
    for (let n = 1; n <= 41; n += 1)
      times.push([await heartbeat(100 + n, store), await heartbeat(50_000 + n, other)]);
    await other.close();
    const [few, many] = [medianOf(times.map(([time]) => time)), medianOf(times.map(([, time]) => time))];
    expect(many, `${many} ms after 50,000 records, ${few} ms after 100`).toBeLessThan(8 * few + 1);
  });

  test('only records that no heartbeat confirms count as not archived', async () => {
    await addRecords(1, 5);
    expect(store.ledger.bytesAfter({ epoch: 'e', seq: 2 })).toBe(300);
    await store.commit(() => store.ledger.keepUntil({ epoch: 'e', seq: 4 }, 0));
    expect(store.ledger.bytesAfter({ epoch: 'e', seq: 2 })).toBe(100);
    expect(store.ledger.unkept('e')).toEqual([]);
    expect(store.ledger.unkept('later').map(({ digest }) => digest)).toEqual(['d5']);
    expect(store.ledger.unkept('earlier').map(({ digest }) => digest)).toEqual(['d5']);
  });

  test('sweeps delete all expired rows, except the newest submission of each organisation', async () => {
    const delivery = { originator: 'europol', frame: 'f1', recipient: 'interpol' };
    const place = { epoch: 'e', seq: 1 };
    await addRecords(1, 250);
    await store.commit(() => {
      store.ledger.keepUntil({ epoch: 'e', seq: 250 }, 251);
      for (const number of [1, 2, 3]) {
        store.ledger.submissions.add('europol', { number, digest: `s${number}` }, number);
        store.notices.addNarrowing({
          originator: 'europol',
          jti: `n.${number}`,
          digest: 'd',
          exp: 9,
          decisions: '[]',
        });
        const about = { ...delivery, frame: `f${number}` };
        store.deliveries.allow(about, 9);
        store.deliveries.addReceipt({
          ...about,
          digest: `r${number}`,
          at: 1,
          records: ['d'],
          root: 'r',
          size: 1,
          listed: '{}',
          via: 'v',
          token: 't',
        });
        store.quarantine.close({ org: 'europol', entry: `q${number}` }, { place, at: 9 });
        store.quarantine.setCommand({
          id: `c${number}`,
          digest: 'd',
          verb: 'discard',
          person: 'A. Example',
          entry: 'e',
          record: 'r',
          seq: 1,
          accepted: 9,
          outcome: 'routed',
        });
      }
      const facts = {
        state: 'active',
        frame: 'f1',
        at: 1,
        part: '{}',
        decisions: '[]',
        kind: 'red',
      } as const;
      store.notices.put(
        { originator: 'europol', jti: 'n.1', digest: 'd', number: 1, exp: 9, ...facts },
        place,
      );
    });
    let portions = 0;
    while (store.sweep(1_000, 100) > 0) portions += 1;
    expect(portions).toBe(3);
    expect(store.ledger.submissions.last('europol')).toBe(3);
    expect(store.ledger.submissions.of('europol', 3)).toEqual(['s3']);
    await store.close();
    expect(rowsOf(path)).toEqual({ submission: 1 });
    store = openRouterStore(path);
  });

  test('rows of an earlier version without an expiry get one, and its notices their allowed recipients', async () => {
    const earlier = join(folder, 'earlier.db');
    const db = openDatabase(earlier, ROUTER_MIGRATIONS.slice(0, 9));
    db.exec(
      `INSERT INTO submission (org, number, digest) VALUES ('europol', 1, 's1'), ('europol', 2, 's2');
       INSERT INTO record (digest, org, frame, type, epoch, seq, at, kept) VALUES ('d', 'europol', 'f', 'routing', 'e', 1, 5000, 1);
       INSERT INTO notice (originator, jti, digest, number, exp, kind, state, frame, epoch, seq, at, part, decisions)
       VALUES ('europol', 'n.1', 'd', 1, 100, 'red', 'active', 'f', 'e', 1, 1, '{}',
         '[{"type":"decision","to":"interpol","outcome":"delivered"},{"type":"decision","to":"afripol","outcome":"denied"}]')`,
    );
    db.close();
    const opened = openRouterStore(earlier);
    opened.sweep(100, 10);
    expect(opened.ledger.has('d')).toBe(true);
    const allowed = ['interpol', 'afripol'].map((recipient) =>
      opened.standing.newestAllowed('europol', { id: 'n', recipient }),
    );
    expect(allowed).toEqual([1, undefined]);
    expect(opened.ledger.submissions.of('europol', 1)).toEqual(['s1']);
    opened.sweep(101, 10);
    await opened.close();
    expect(rowsOf(earlier)).toEqual({ submission: 1 });
  });

  test('the newest 2,000 open quarantine entries of an organisation are kept, as the stream holds no more', async () => {
    const open = (org: string, at: number): void =>
      store.quarantine.open(
        { org, entry: `${at}` },
        { reason: 'expired', what: 'notice', at, place: { epoch: 'e', seq: at } },
      );
    await store.commit(() => {
      open('interpol', 1);
      for (let at = 1; at <= 2_003; at += 1) open('europol', at);
    });
    const known = [3, 4, 2_003].map(
      (at) => store.quarantine.find({ org: 'europol', entry: `${at}` })?.reason,
    );
    expect(known).toEqual([undefined, 'expired', 'expired']);
    expect(store.quarantine.find({ org: 'interpol', entry: '1' })?.reason).toBe('expired');
  });
});

/** The number of rows of each table that has any. */
function rowsOf(path: string): Readonly<Record<string, number>> {
  const db = openDatabase(path, ROUTER_MIGRATIONS);
  const tables = db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all();
  const counts = tables.map(({ name }) => {
    return [name, db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${name}`).get()?.n ?? 0] as const;
  });
  db.close();
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
