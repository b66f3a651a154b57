import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROUTER_MIGRATIONS } from '../../../../services/shared/store/router/router-schema.js';
import { openRouterStore, type RouterStore } from '../../../../services/shared/store/router/router-store.js';
import { openDatabase } from '../../../../services/shared/store/sqlite.js';
import { until } from '../../../support/until.js';

describe('router store', () => {
  let folder: string;
  let store: RouterStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-store-'));
    store = openRouterStore(join(folder, 'router.db'));
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const delivery = { originator: 'europol', frame: 'f', recipient: 'interpol' };

  test('a late `parked` after a first attempt does not overwrite `delivered`', () => {
    store.deliveries.allow(delivery, 100);
    store.deliveries.note(delivery, { status: 'deferred', placed: null });
    store.deliveries.note(delivery, { status: 'parked', placed: null });
    expect(store.deliveries.statusOf(delivery)).toBe('parked');
    store.deliveries.set(delivery, 'delivered');
    store.deliveries.note(delivery, { status: 'parked', placed: null });
    expect(store.deliveries.statusOf(delivery)).toBe('delivered');
  });

  test('a delivery that is offered again while it lies in IN keeps its sequence there', () => {
    store.deliveries.allow(delivery, 100);
    store.deliveries.note(delivery, { status: 'delivered', placed: 5 });
    store.deliveries.note(delivery, { status: 'delivered', placed: null });
    expect(store.deliveries.of('europol', 'f')).toMatchObject([{ status: 'delivered', placed: 5 }]);
    store.deliveries.resetFor('interpol', 'delivered');
    store.deliveries.note(delivery, { status: 'delivered', placed: null });
    expect(store.deliveries.of('europol', 'f')).toMatchObject([{ placed: null }]);
  });

  test.each(['parked', 'delivered', 'deferred'] as const)(
    'after a loss of the broker a `%s` delivery is `recorded` again',
    (status) => {
      store.deliveries.allow(delivery, 100);
      store.deliveries.set(delivery, status);
      store.deliveries.resetToRecorded();
      expect(store.deliveries.statusOf(delivery)).toBe('recorded');
    },
  );

  test('the log is moved into the database by another thread', async () => {
    const log = join(folder, 'router.db-wal');
    let [longest, count] = [0, 0];
    await until('the log to be short', async () => {
      // SQLite writes no page whose content stays the same.
      const text = String((count += 1) % 10).repeat(1024 * 1024);
      await store.commit(() => store.setFact('long', text));
      const bytes = statSync(log).size;
      longest = Math.max(longest, bytes);
      return bytes < longest;
    });
  });

  test('a sweep deletes ended rows, but no record that the auditor does not have', () => {
    for (const [frame, exp, kept] of [
      ['old', 99, true],
      ['unkept', 99, false],
      ['new', 100, true],
    ] as const) {
      const at = 1;
      const about = { ...delivery, frame };
      store.ledger.add({
        digest: frame,
        org: 'europol',
        frame,
        type: 'routing',
        epoch: 'e',
        seq: 1,
        at,
        exp,
        kept,
        bytes: null,
      });
      store.deliveries.allow(about, exp);
      const said = { records: ['d'], root: 'r', size: 1, listed: '{}', via: 'v', token: 't' };
      store.deliveries.addReceipt({ ...about, ...said, digest: frame, at });
    }
    store.sweep(100, 10);
    expect(['old', 'unkept', 'new'].filter((digest) => store.ledger.has(digest))).toEqual(['unkept', 'new']);
    expect(['old', 'unkept', 'new'].filter((digest) => store.deliveries.hasReceipt(digest))).toEqual(['new']);
    expect(store.deliveries.statusOf({ ...delivery, frame: 'old' })).toBeUndefined();
    expect(store.deliveries.statusOf({ ...delivery, frame: 'new' })).toBe('recorded');
  });

  test('of a notice in 40 frames the newest and 16 others are remembered', () => {
    const notice = {
      originator: 'europol',
      jti: 'n.1',
      digest: 'd',
      number: 1,
      exp: 9,
      kind: 'red',
    } as const;
    const facts = { ...notice, state: 'active', at: 1, part: '{}', decisions: '[]' } as const;
    for (let seq = 1; seq <= 40; seq += 1)
      store.notices.put({ ...facts, frame: `f${seq}` }, { epoch: 'e', seq });
    expect(store.notices.framesOf('europol', 'n.1')).toHaveLength(17);
    expect(store.notices.framesOf('europol', 'n.1')).toContain('f40');
  });

  test('a notice stored by an earlier version is still found, with its kind', async () => {
    const path = join(folder, 'earlier.db');
    const earlier = openDatabase(path, ROUTER_MIGRATIONS.slice(0, 5));
    earlier.exec(
      `INSERT INTO notice (originator, jti, digest, number, exp, state, frame, epoch, seq, at, part, decisions)
       VALUES ('europol', 'n.1', 'd', 7, 100, 'active', 'f', 'e', 3, 1, '{"attributes":{"kind":"red"}}', '[]')`,
    );
    earlier.close();
    const opened = openRouterStore(path);
    const revision = { jti: 'n.1', digest: 'd', number: 7, exp: 100, kind: 'red' };
    expect(opened.notices.revision('europol', 'n.1')).toEqual(revision);
    expect(opened.notices.byDigest('europol', 'd')).toMatchObject({
      ...revision,
      frame: 'f',
      decisions: '[]',
    });
    await opened.close();
  });
});
