import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../../services/shared/store/sqlite.js';
import { createWalCheckpoints } from '../../../../services/shared/store/wal/checkpoint-wal.js';

const TABLE = 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT';
const DATABASES = 6;

test('checkpoints of several databases: the commits of one wait for its own checkpoint, never for that of another', async () => {
  let [held, most] = [0, 0];
  const hold = async <T>(work: () => Promise<T>): Promise<T> => {
    held += 1;
    most = Math.max(most, held);
    try {
      return await work();
    } finally {
      held -= 1;
    }
  };
  const folder = mkdtempSync(join(tmpdir(), 'liaison-checkpoints-'));
  const opened = Array.from({ length: DATABASES }, (_, at) => {
    const path = join(folder, `${at}.db`);
    const db = openDatabase(path, [TABLE]);
    return { path, db, checkpoints: createWalCheckpoints({ path, hold }) };
  });
  for (const { db } of opened) db.exec("INSERT INTO note (text) VALUES ('one')");
  const whole = await Promise.all(opened.map(({ checkpoints }) => checkpoints.truncate()));
  expect(whole).toEqual(opened.map(() => true));
  expect(opened.map(({ path }) => statSync(`${path}-wal`).size)).toEqual(opened.map(() => 0));
  expect(most).toBe(1);
  for (const { db, checkpoints } of opened) {
    await checkpoints.close();
    db.close();
  }
});
