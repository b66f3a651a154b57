import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createDurableGroup, type DurableGroup } from '../../../services/shared/store/durable-group.js';
import { type Database, openDatabase } from '../../../services/shared/store/sqlite.js';
import { until } from '../../support/until.js';

const TABLE = 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT';
const MIB = 1024 * 1024;
/** Of 64 KiB each. */
const MAX_COMMITS = 6_000;
const LOCKS = '/proc/locks';
const open: DurableGroup[] = [];

afterEach(async () => {
  for (const group of open.splice(0)) await group.close();
});

function openGroup() {
  const path = join(mkdtempSync(join(tmpdir(), 'liaison-durable-')), 'test.db');
  const db = openDatabase(path, [TABLE]);
  const group = createDurableGroup(db, path);
  open.push(group);
  const add = db.prepare<[string]>('INSERT INTO note (text) VALUES (?)');
  return { path, db, group, add, walBytes: () => statSync(`${path}-wal`).size };
}

/** Commits about a MiB, `count` times. */
async function write({ group, add }: ReturnType<typeof openGroup>, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await group.commit(() => void add.run('x'.repeat(MIB)));
}

function countIn(db: Database): number {
  return db.prepare<[], { n: number }>('SELECT count(*) AS n FROM note').get()?.n ?? 0;
}

describe('a durable commit group', () => {
  test('the log is moved into the database by another thread, although commits never pause', async () => {
    const opened = openGroup();
    let [isShort, count, longest] = [false, 0, 0];
    const commitOn = async (): Promise<void> => {
      for (; !isShort && count < MAX_COMMITS; count += 1) {
        await opened.group.commit(() => void opened.add.run('x'.repeat(MIB / 16)));
        const bytes = opened.walBytes();
        isShort ||= bytes < longest;
        longest = Math.max(longest, bytes);
      }
    };
    await Promise.all(Array.from({ length: 16 }, commitOn));
    expect(isShort).toBe(true);
    expect(countIn(opened.db)).toBeGreaterThanOrEqual(count);
  });

  test('while a reader keeps the log long it counts as full, and no longer once the reader is done', async () => {
    const opened = openGroup();
    const reader = openDatabase(opened.path, [TABLE]);
    reader.exec('BEGIN; SELECT count(*) FROM note');
    await write(opened, 70);
    expect([opened.group.isLogFull(), countIn(opened.db)]).toEqual([true, 70]);
    reader.exec('COMMIT');
    reader.close();
    await until('the log to be short, although nothing is committed', () => !opened.group.isLogFull());
    await write(opened, 1);
    expect(opened.walBytes()).toBeLessThan(20 * MIB);
  });

  test('opened while a reader keeps the log, writes the log anew with the same bytes', async () => {
    const { path, group, add } = openGroup();
    await group.commit(() => void add.run('one'));
    const reader = openDatabase(path, [TABLE]);
    reader.exec('BEGIN; SELECT count(*) FROM note');
    await group.commit(() => void add.run('two'));
    const log = `${path}-wal`;
    const bytes = readFileSync(log);
    utimesSync(log, 0, 0);
    open.push(createDurableGroup(openDatabase(path, [TABLE]), path));
    expect(readFileSync(log)).toEqual(bytes);
    expect(statSync(log).mtimeMs).toBeGreaterThan(0);
    reader.close();
  });

  test('`checkpoint` leaves no byte of erased rows, and commits wait for it', async () => {
    const { group, path, add, db } = openGroup();
    const canary = 'canary-0123456789abcdef';
    await group.commit(() => void add.run(canary));
    await group.commit(() => void db.prepare('DELETE FROM note').run());
    const truncated = group.checkpoint();
    await Promise.all([truncated, group.commit(() => void add.run('later'))]);
    expect(await truncated).toBe(true);
    for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes(canary)).toBe(false);
    expect(countIn(db)).toBe(1);
  });

  test.each([
    { what: 'log disappears', harm: (path: string) => renameSync(`${path}-wal`, `${path}-away`) },
    {
      what: 'log is replaced by another',
      harm: (path: string) => {
        renameSync(`${path}-wal`, `${path}-away`);
        writeFileSync(`${path}-wal`, '');
      },
    },
    {
      what: 'folder is replaced by a file',
      harm: (path: string) => {
        renameSync(dirname(path), `${dirname(path)}-away`);
        writeFileSync(dirname(path), '');
      },
    },
  ])('a database whose $what refuses every later commit, and says so', async ({ harm }) => {
    const { group, path, add } = openGroup();
    await group.commit(() => void add.run('one'));
    harm(path);
    await expect(group.commit(() => void add.run('two'))).rejects.toMatchObject({ code: 'disk-failed' });
    expect((await group.failed).code).toBe('disk-failed');
    await expect(group.commit(() => 1)).rejects.toMatchObject({ code: 'disk-failed' });
    await expect(group.flushed()).rejects.toMatchObject({ code: 'disk-failed' });
  });

  test.runIf(existsSync(LOCKS))('opening a database once more leaves the locks that this process has', () => {
    const { path } = openGroup();
    const { ino } = statSync(path);
    const held = (): readonly string[] =>
      readFileSync(LOCKS, 'utf8')
        .split('\n')
        .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${ino} `))
        .map((line) => line.replace(/^\d+: /, ''));
    const before = held();
    expect(before.length).toBeGreaterThan(0);
    const other = openDatabase(path, [TABLE]);
    expect(held()).toEqual(before);
    other.close();
  });
});
