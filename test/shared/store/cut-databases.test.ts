import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { cutDatabases } from '../../../services/shared/store/cut-databases.js';
import { type Database, openDatabase, queryDatabase } from '../../../services/shared/store/sqlite.js';

let folder: string;
let databases: Map<string, Database>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-cut-'));
  databases = new Map(
    ['one', 'other', 'third'].map((name) => [name, openDatabase(place(name), ['CREATE TABLE word (text)'])]),
  );
});
afterEach(() => {
  for (const db of databases.values()) db.close();
  rmSync(folder, { recursive: true });
});

const place = (name: string): string => join(folder, `${name}.db`);
const write = (name: string, text: string): void => {
  databases.get(name)!.prepare<[string]>('INSERT INTO word (text) VALUES (?)').run(text);
};
const wordsIn = (path: string): readonly string[] =>
  queryDatabase<{ text: string }>(path, 'SELECT text FROM word ORDER BY rowid').map(({ text }) => text);

test('copies have the state of one moment: neither what is written during the work nor what is written while they are copied', async () => {
  write('one', 'before');
  write('third', 'before');
  const cut = await cutDatabases({ held: [place('one')], read: [place('third')] }, async () => {
    write('third', 'during');
  });
  for (const [name] of databases) write(name, 'after');
  // Moves the written pages into the file, as far as readers allow it.
  for (const db of databases.values()) db.checkpoint();
  await cut.copy(place('one'), place('copy-one'));
  await cut.copy(place('third'), place('copy-third'));
  cut.close();
  expect(wordsIn(place('copy-one'))).toEqual(['before']);
  expect(wordsIn(place('copy-third'))).toEqual(['before']);
  expect(statSync(place('copy-one')).mode & 0o777).toBe(0o600);
  expect(wordsIn(place('one'))).toEqual(['before', 'after']);
  expect(databases.get('one')!.checkpoint()).toBe(true);
});

test('held databases cannot be written until the work ends, also after a failure', async () => {
  const refused: unknown[] = [];
  const cut = cutDatabases({ held: [place('one'), place('other')], read: [] }, async () => {
    databases.get('other')!.exec('PRAGMA busy_timeout = 0');
    try {
      write('other', 'during');
    } catch (thrown) {
      refused.push(thrown);
    }
    throw new Error('the work failed');
  });
  await expect(cut).rejects.toThrow('the work failed');
  expect(refused).toHaveLength(1);
  write('other', 'after');
  expect(wordsIn(place('other'))).toEqual(['after']);
  expect(databases.get('other')!.checkpoint()).toBe(true);
});

test('held databases can be written again in time, also when the work does not end', async () => {
  const cut = cutDatabases({ held: [place('one')], read: [], maxHeldMs: 100 }, () => new Promise(() => {}));
  await expect(cut).rejects.toMatchObject({ code: 'timed-out' });
  write('one', 'after');
  expect(databases.get('one')!.checkpoint()).toBe(true);
});

test('a database that another process keeps locked is refused by its path, and no other one stays held', async () => {
  databases.get('other')!.exec('BEGIN IMMEDIATE');
  const held = [place('one'), place('other')];
  const thrown = await cutDatabases({ held, read: [], maxHeldMs: 100 }, () => Promise.resolve()).catch(
    (error: unknown) => error,
  );
  expect(isCode(thrown, 'busy')).toBe(true);
  expect(String(thrown)).toContain(place('other'));
  write('one', 'after');
});

test('a damaged database is refused by its path, and holds no other one', async () => {
  writeFileSync(place('damaged'), 'no database, but as long as a header of one would be: '.repeat(20));
  const thrown = await cutDatabases({ held: [place('one'), place('damaged')], read: [] }, () =>
    Promise.resolve(),
  ).catch((error: unknown) => error);
  expect(isCode(thrown, 'config-invalid')).toBe(true);
  expect(String(thrown)).toContain(place('damaged'));
  write('one', 'after');
});
