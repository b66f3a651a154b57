import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROUTER_MIGRATIONS } from '../../../services/shared/store/router/router-schema.js';
import {
  openRouterStore,
  restoreRouterStore,
  type RouterStore,
} from '../../../services/shared/store/router/router-store.js';
import { openDatabase } from '../../../services/shared/store/sqlite.js';
import { draftOf, snapshotsOf } from '../../../services/shared/store/snapshot-files.js';
import { takeSnapshot } from '../../../services/shared/store/take-snapshot.js';

describe('a snapshot of the projection', () => {
  let folder: string;
  let path: string;
  let skipped: string[];
  let store: RouterStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-snapshots-'));
    path = join(folder, 'router.db');
    skipped = [];
    store = openRouterStore(path);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** Sets the fact `head` and takes a snapshot of it while the store stays open. */
  const takeAt = async (head: string, { keep = 2, at = Number(head) } = {}): Promise<void> => {
    await store.commit(() => store.setFact('head', head));
    await takeSnapshot(path, { keep, at });
  };
  const restore = async (): Promise<string | undefined> => {
    store = await restoreRouterStore(path, {
      onAlarm: () => undefined,
      onSkip: (reason) => skipped.push(reason),
    });
    return store.fact('head');
  };
  /** Closes the store, loses its database, and opens it again. */
  const lose = async (): Promise<string | undefined> => {
    await store.close();
    rmSync(path);
    return restore();
  };
  const newest = (): string => snapshotsOf(path)[0]?.path ?? '';

  test('replaces a lost database', async () => {
    await takeAt('1');
    await store.commit(() => store.setFact('head', '2'));
    expect(await lose()).toBe('1');
  });

  test('replaces a damaged database, which is moved aside', async () => {
    await takeAt('1');
    await store.close();
    rmSync(`${path}-wal`, { force: true });
    writeFileSync(path, readFileSync(path).fill(0xab, 0, 100));
    expect(await restore()).toBe('1');
    expect(readdirSync(folder).some((name) => /^router\.db\.damaged-\d+$/.test(name))).toBe(true);
  });

  test('is not used if the database is undamaged', async () => {
    await takeAt('1');
    await store.commit(() => store.setFact('head', '2'));
    await store.close();
    expect(await restore()).toBe('2');
    expect(snapshotsOf(path)).toHaveLength(1);
  });

  test('that is damaged is skipped with a reason, and the one before is used', async () => {
    await takeAt('1');
    await takeAt('2');
    const [bytes, last] = [readFileSync(newest()), newest()];
    writeFileSync(last, bytes.fill(0xab, bytes.length - 1));
    expect(await lose()).toBe('1');
    expect(skipped).toEqual([expect.stringMatching(/^`router\.db\.snapshot-.*` is damaged$/)]);
  });

  test('cut short is skipped, and without another one the projection starts empty', async () => {
    await takeAt('1');
    writeFileSync(newest(), readFileSync(newest()).subarray(0, 4096));
    expect(await lose()).toBeUndefined();
    expect(skipped).toHaveLength(1);
  });

  test('of a newer program is skipped', async () => {
    await store.close();
    openDatabase(path, [...ROUTER_MIGRATIONS, 'SELECT 1']).close();
    await takeSnapshot(path, { keep: 2, at: 1 });
    rmSync(path);
    expect(await restore()).toBeUndefined();
    expect(skipped).toEqual([expect.stringContaining('newer program')]);
  });

  test('is not used together with the log that a deleted database left behind', async () => {
    await takeAt('1');
    await store.commit(() => store.setFact('head', '2'));
    const log = readFileSync(`${path}-wal`);
    await store.close();
    rmSync(path);
    writeFileSync(`${path}-wal`, log);
    expect(await restore()).toBe('1');
  });

  test('leaves a bounded number of others, and no unfinished one', async () => {
    writeFileSync(draftOf(path), 'left by a killed process');
    for (const head of ['1', '2', '3', '4']) await takeAt(head);
    expect(snapshotsOf(path).map(({ at }) => at)).toEqual([4, 3]);
    await takeAt('5', { keep: 1 });
    expect(snapshotsOf(path).map(({ at }) => at)).toEqual([5]);
    expect(readdirSync(folder).filter((name) => name.includes('draft'))).toEqual([]);
    expect(statSync(newest()).mode & 0o077).toBe(0);
  });
});
