import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ConsoleStore,
  openConsoleStore,
} from '../../../../services/shared/store/console/console-store.js';
import { CONSOLE_MIGRATIONS } from '../../../../services/shared/store/console/console-schema.js';
import type { RingEvent } from '../../../../services/shared/store/console/console-ring.js';
import type { Counted } from '../../../../services/shared/store/console/console-tally.js';
import { openDatabase } from '../../../../services/shared/store/sqlite.js';

const HOUR = 3_600_000;
const NOW = Date.parse('2031-05-04T03:02:01Z');
let folder: string;
let store: ConsoleStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-'));
  store = openConsoleStore(join(folder, 'console.db'), { keptMs: 24 * HOUR, most: 1_000 });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const count = (event: string, at: number, more: Partial<Counted> = {}): void =>
  store.tally.add([
    { at, event, originator: 'europol', recipient: 'afripol', code: '', jti: 'a.1', ...more },
  ]);
const ringEvent = (heard: number): RingEvent => ({
  heard,
  event: 'denied',
  originator: 'europol',
  recipient: 'afripol',
  kind: 'red',
  outcome: '',
  missed: null,
  facts: '{}',
});
const take = (events: readonly RingEvent[]): void =>
  store.take({ events, counted: [], sources: [{ source: 'router-1', instance: 'a', seq: 1 }] });
const add = (heard: number): void => take([ringEvent(heard)]);
/** Runs SQL on the file over a second connection. */
const beside = (sql: string): void => {
  const db = openDatabase(join(folder, 'console.db'), CONSOLE_MIGRATIONS);
  db.exec(sql);
  db.close();
};
const all = { after: 0, filter: {}, scope: undefined };

describe('the console ring', () => {
  test('a sweep deletes events that are older than a day', () => {
    for (const hours of [30, 25, 23, 0]) add((NOW - hours * HOUR) * 1000);
    store.sweep(NOW);
    expect(store.ring.next(all)?.events.map(({ heard }) => (NOW - heard / 1000) / HOUR)).toEqual([23, 0]);
    expect(store.ring.first()).toBe((NOW - 23 * HOUR) * 1000);
  });

  test('reports how far it was swept by the clock, whatever events it had', () => {
    for (const ago of [26 * HOUR, 25 * HOUR + 7, 24 * HOUR + 1]) add((NOW - ago) * 1000);
    store.sweep(NOW);
    expect(store.ring.swept()).toBe(Date.parse('2031-05-03T03:02:00Z') * 1000);
    store.close();
    store = openConsoleStore(join(folder, 'empty.db'), { keptMs: 24 * HOUR, most: 1_000 });
    store.sweep(NOW);
    expect(store.ring.swept()).toBe(Date.parse('2031-05-03T03:02:00Z') * 1000);
  });

  test('reads a thousand events a step, and knows its last position after it is opened again', () => {
    for (let index = 1; index <= 1_500; index += 1) add(index);
    expect(store.ring.next(all)?.upTo).toBe(1_000);
    expect(store.ring.next({ ...all, after: 1_000 })?.events).toHaveLength(500);
    expect(store.ring.next({ ...all, after: 1_500 })).toBeUndefined();
    store.close();
    store = openConsoleStore(join(folder, 'console.db'), { keptMs: HOUR, most: 1_000 });
    expect(store.ring.last()).toBe(1_500);
  });
});

describe('a rollback of the console store', () => {
  const places = (): readonly number[] => store.ring.next(all)?.events.map(({ heard }) => heard) ?? [];

  test('events that were rolled back change neither the last position nor the count', () => {
    const now = NOW * 1000;
    add(now);
    beside(`CREATE TRIGGER fault BEFORE UPDATE ON source BEGIN SELECT raise(ABORT, 'no'); END`);
    const many = Array.from({ length: 1_500 }, (_, index) => ringEvent(now + 1 + index));
    expect(() => take(many)).toThrow();
    beside('DROP TRIGGER fault');
    expect(store.ring.last()).toBe(now);
    store.sweep(NOW);
    expect(places()).toEqual([now]);
  });

  test('a sweep that failed deletes nothing, and the next one does', () => {
    const now = NOW * 1000;
    take(Array.from({ length: 1_002 }, (_, index) => ringEvent(now + index)));
    beside(`CREATE TRIGGER fault BEFORE INSERT ON swept BEGIN SELECT raise(ABORT, 'no'); END`);
    expect(() => store.sweep(NOW)).toThrow();
    expect(store.ring.swept()).toBe(0);
    beside('DROP TRIGGER fault');
    store.sweep(NOW);
    expect([store.ring.swept(), store.ring.first()]).toEqual([now + 1, now + 2]);
  });
});

describe('the console tally', () => {
  test('counts events of a pair by event and code, within a scope only the visible ones', () => {
    count('denied', NOW);
    count('denied', NOW);
    count('rejected', NOW, { code: 'expired' });
    const stretch = { step: 10, from: NOW - HOUR, scope: undefined } as const;
    expect(store.tally.counts(stretch)).toMatchObject([
      { event: 'denied', code: '', count: 2, last: NOW },
      { event: 'rejected', code: 'expired', count: 1 },
    ]);
    const scope = { org: 'afripol', told: ['rejected'] };
    expect(store.tally.counts({ ...stretch, scope }).map(({ event }) => event)).toEqual(['rejected']);
    expect(store.tally.counts({ ...stretch, scope: { org: 'interpol', told: ['rejected'] } })).toEqual([]);
  });

  test('a delivery is pending until its receipt, whose lag is the time between', () => {
    count('parked', NOW);
    expect(store.tally.pending(undefined)).toEqual([
      { recipient: 'afripol', state: 'parked', count: 1, oldest: NOW, newest: NOW },
    ]);
    count('redacted', NOW + 1_000);
    expect(store.tally.pending(undefined)).toMatchObject([{ state: 'handed', oldest: NOW }]);
    count('received', NOW + 3_000);
    expect(store.tally.pending(undefined)).toEqual([]);
    const counts = store.tally.counts({ step: 10, from: NOW, scope: undefined });
    expect(counts.find(({ event }) => event === 'received')).toMatchObject({ lag: 3_000, lagged: 1 });
  });

  test('pending deliveries are listed with the times of the oldest and the newest', () => {
    count('delivered', NOW);
    count('delivered', NOW + 2_000, { jti: 'b.1' });
    expect(store.tally.pending(undefined)).toMatchObject([{ count: 2, oldest: NOW, newest: NOW + 2_000 }]);
  });

  test('a receipt event that arrives before its delivery event leaves nothing pending', () => {
    count('received', NOW);
    count('delivered', NOW + 5);
    expect(store.tally.pending(undefined)).toEqual([]);
  });

  test('a denied notice is not pending, and a delivery that is denied later is not pending any more', () => {
    count('denied', NOW, { jti: 'b.1' });
    count('parked', NOW);
    count('denied', NOW + 5);
    expect(store.tally.pending(undefined)).toEqual([]);
  });

  test('an organisation sees pending deliveries of its own notices only', () => {
    count('delivered', NOW);
    expect(store.tally.pending({ org: 'europol', told: [] })).toHaveLength(1);
    expect(store.tally.pending({ org: 'afripol', told: [] })).toEqual([]);
  });

  test('a sweep deletes 10 s steps after an hour and 300 s steps after a day', () => {
    count('denied', NOW - 25 * HOUR);
    count('denied', NOW - 2 * HOUR);
    store.sweep(NOW);
    const from = NOW - 48 * HOUR;
    expect(store.tally.counts({ step: 10, from, scope: undefined })).toEqual([]);
    expect(store.tally.counts({ step: 300, from, scope: undefined })).toMatchObject([{ count: 1 }]);
  });
});

describe('console sessions', () => {
  test('of one millisecond end in the order in which they began', () => {
    const hashes = ['f', 'a', 'e', 'b', 'd', 'c', '9', '8', '7', '6'];
    for (const hash of hashes) store.sessions.add({ hash, caller: 'europol', expires: NOW });
    const ended = hashes.filter((hash) => store.sessions.find(hash) === undefined);
    expect(ended).toEqual(hashes.slice(0, 2));
  });
});
