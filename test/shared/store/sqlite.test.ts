import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fail } from '../../../services/shared/kernel/errors.js';
import { createCommitGroup } from '../../../services/shared/store/commit-group.js';
import { openDatabase } from '../../../services/shared/store/sqlite.js';
import { until } from '../../support/until.js';

const TABLE = 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT';
const OPEN_FILES = '/proc/self/fd';
const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'liaison-sqlite-')), 'test.db');

/** Returns the paths of this process's open descriptors, without those closed meanwhile. */
function openFiles(): readonly string[] {
  return readdirSync(OPEN_FILES).flatMap((name) => {
    try {
      return [readlinkSync(join(OPEN_FILES, name))];
    } catch {
      return [];
    }
  });
}

describe('a database', () => {
  test('is readable by its owner only, with its write-ahead log', () => {
    const path = fresh();
    const db = openDatabase(path, [TABLE]);
    db.exec("INSERT INTO note (text) VALUES ('one')");
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o077).toBe(0);
    db.close();
  });

  test('is migrated once, and refuses to be opened by an older program', () => {
    const path = fresh();
    openDatabase(path, [TABLE]).close();
    const db = openDatabase(path, [TABLE, 'ALTER TABLE note ADD COLUMN more TEXT']);
    expect(db.prepare('SELECT more FROM note').all()).toEqual([]);
    db.close();
    expect(() => openDatabase(path, [TABLE])).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  test('`read` sees one state while another connection writes, and ends when its work throws', () => {
    const path = fresh();
    const [db, other] = [openDatabase(path, [TABLE]), openDatabase(path, [TABLE])];
    const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM note');
    const look = (): number | undefined => count.get()?.n;
    const seen = db.read(() => {
      const before = look();
      other.exec("INSERT INTO note (text) VALUES ('one')");
      return [before, look()];
    });
    expect(seen).toEqual([0, 0]);
    expect(look()).toBe(1);
    expect(() =>
      db.read(() => {
        throw fail('internal', 'what was looked for');
      }),
    ).toThrow('what was looked for');
    db.transaction(() => db.exec("INSERT INTO note (text) VALUES ('two')"));
    expect(look()).toBe(2);
    db.close();
    other.close();
  });

  test('keeps nothing of a failed migration', () => {
    const path = fresh();
    openDatabase(path, [TABLE]).close();
    expect(() => openDatabase(path, [TABLE, 'CREATE TABLE more (a TEXT); SELECT wrong'])).toThrow();
    const db = openDatabase(path, [TABLE]);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'more'").all()).toEqual([]);
    db.close();
  });

  test.runIf(existsSync(OPEN_FILES))(
    'writes to no file but its own, however much a savepoint changes',
    () => {
      const path = fresh();
      const db = openDatabase(path, [TABLE]);
      const add = db.prepare<[string]>('INSERT INTO note (text) VALUES (?)');
      const change = db.prepare<[string]>('UPDATE note SET text = ?');
      const before = openFiles();
      db.transaction(() => {
        for (let row = 0; row < 100; row += 1) add.run('a'.repeat(4_000));
        db.transaction(() => {
          change.run('b'.repeat(4_000));
          const opened = openFiles().filter((file) => !before.includes(file));
          expect(opened.filter((file) => dirname(file) !== dirname(path))).toEqual([]);
        });
      });
      db.close();
    },
  );

  test('rolls back a failed inner transaction and keeps the outer one', () => {
    const db = openDatabase(fresh(), [TABLE]);
    const add = db.prepare<[string]>('INSERT INTO note (text) VALUES (?)');
    db.transaction(() => {
      add.run('kept');
      expect(() =>
        db.transaction(() => {
          add.run('dropped');
          throw fail('not-found', 'no');
        }),
      ).toThrow(expect.objectContaining({ code: 'not-found' }));
    });
    expect(
      db
        .prepare<[], { text: string }>('SELECT text FROM note')
        .all()
        .map(({ text }) => text),
    ).toEqual(['kept']);
    db.close();
  });

  test('holds no byte of deleted rows after a checkpoint', () => {
    const path = fresh();
    const db = openDatabase(path, [TABLE]);
    const canary = 'canary-0123456789abcdef';
    db.prepare<[string]>('INSERT INTO note (text) VALUES (?)').run(canary);
    db.checkpoint();
    expect(readFileSync(path).includes(canary)).toBe(true);
    db.exec('DELETE FROM note');
    db.checkpoint();
    const files = [path, `${path}-wal`].filter((file) => existsSync(file));
    expect(files.some((file) => readFileSync(file).includes(canary))).toBe(false);
    db.close();
  });
});

describe('a commit group', () => {
  test('commits of one turn share a transaction, and each gets its own result', async () => {
    const db = openDatabase(fresh(), [TABLE]);
    const { commit } = createCommitGroup(db);
    const add = db.prepare<[string]>('INSERT INTO note (text) VALUES (?)');
    const rows = await Promise.all(['a', 'b', 'c'].map((text) => commit(() => add.run(text).rowid)));
    expect(rows).toEqual([1, 2, 3]);
    db.close();
  });

  test('a commit that throws a refusal fails alone', async () => {
    const db = openDatabase(fresh(), [TABLE]);
    const { commit } = createCommitGroup(db);
    const add = db.prepare<[string]>('INSERT INTO note (text) VALUES (?)');
    const refused = commit(() => {
      add.run('dropped');
      throw fail('idempotency-conflict', 'no');
    });
    const kept = commit(() => add.run('kept').changes);
    await expect(refused).rejects.toMatchObject({ code: 'idempotency-conflict' });
    expect(await kept).toBe(1);
    expect(db.prepare<[], { n: number }>('SELECT count(*) AS n FROM note').get()).toEqual({ n: 1 });
    db.close();
  });

  test('a commit that fails in the database does not fail the others', async () => {
    const db = openDatabase(fresh(), [TABLE]);
    const { commit } = createCommitGroup(db);
    const add = db.prepare<[number, string]>('INSERT INTO note (id, text) VALUES (?, ?)');
    const both = await Promise.allSettled([1, 1, 2].map((id) => commit(() => add.run(id, 'x').changes)));
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    db.close();
  });

  test('`commitLater` runs with the next commit or by itself, and `flush` waits for it', async () => {
    const db = openDatabase(fresh(), [TABLE]);
    const group = createCommitGroup(db);
    const add = db.prepare<[string]>('INSERT INTO note (text) VALUES (?)');
    const texts = () =>
      db
        .prepare<[], { text: string }>('SELECT text FROM note')
        .all()
        .map(({ text }) => text);
    group.commitLater(() => void add.run('later'));
    expect(texts()).toEqual([]);
    await group.commit(() => add.run('now'));
    expect(texts()).toEqual(['later', 'now']);
    group.commitLater(() => void add.run('alone'));
    await until('the later commit to run by itself', () => texts().includes('alone'));
    group.commitLater(() => void add.run('last'));
    await group.flush();
    expect(texts()).toEqual(['later', 'now', 'alone', 'last']);
    db.close();
  });

  test('`flush` waits for earlier commits', async () => {
    const db = openDatabase(fresh(), [TABLE]);
    const group = createCommitGroup(db);
    let done = false;
    void group.commit(() => undefined).then(() => (done = true));
    await group.flush();
    expect(done).toBe(true);
    db.close();
  });
});
