import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router-store.js';

describe('what a router knows', () => {
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

  test('that a copy was handed over is not unsaid by whoever parked it', () => {
    store.deliveries.allow(delivery, 100);
    store.deliveries.note(delivery, 'deferred');
    store.deliveries.note(delivery, 'parked');
    expect(store.deliveries.statusOf(delivery)).toBe('parked');
    store.deliveries.set(delivery, 'delivered');
    store.deliveries.note(delivery, 'parked');
    expect(store.deliveries.statusOf(delivery)).toBe('delivered');
  });

  test.each(['parked', 'delivered', 'deferred'] as const)(
    'after a loss of the broker nothing is `%s` any more',
    (status) => {
      store.deliveries.allow(delivery, 100);
      store.deliveries.set(delivery, status);
      store.deliveries.startAnew();
      expect(store.deliveries.statusOf(delivery)).toBe('recorded');
    },
  );

  test('a sweep takes what ended before, and no record that nobody else keeps', () => {
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
      store.deliveries.addReceipt({ ...about, digest: frame, at, parts: '[]', via: null, bytes: null });
    }
    store.sweep(100);
    expect(['old', 'unkept', 'new'].filter((digest) => store.ledger.has(digest))).toEqual(['unkept', 'new']);
    expect(['old', 'unkept', 'new'].filter((digest) => store.deliveries.hasReceipt(digest))).toEqual(['new']);
    expect(store.deliveries.statusOf({ ...delivery, frame: 'old' })).toBeUndefined();
    expect(store.deliveries.statusOf({ ...delivery, frame: 'new' })).toBe('recorded');
  });
});
