import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LiaisonError } from '../../../services/shared/kernel/errors.js';
import { openConsoleStore } from '../../../services/shared/store/console/console-store.js';
import { openDerived } from '../../../services/shared/store/derived-database.js';
import { openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';
import { inspectGateway } from '../../../services/shared/store/inspect-gateway.js';
import { openRecordIndex } from '../../../services/shared/store/append/record-index.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';
import { openDatabase } from '../../../services/shared/store/sqlite.js';
import { isDamage } from '../../../services/shared/store/sqlite-error.js';

const TABLE = 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT';
let folder: string;
let path: string;
let alarms: LiaisonError[];
const onAlarm = (alarm: LiaisonError): void => void alarms.push(alarm);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-damaged-'));
  path = join(folder, 'some.db');
  alarms = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Creates a database with a part overwritten; returns its bytes. */
function damage(offset: number, length: number): Buffer {
  const whole = join(folder, 'whole');
  const db = openDatabase(whole, [TABLE]);
  db.checkpoint();
  copyFileSync(whole, path);
  db.close();
  const bytes = readFileSync(path).fill(0xab, offset, offset + length);
  writeFileSync(path, bytes, { mode: 0o600 });
  return bytes;
}

const setAside = (): readonly string[] =>
  readdirSync(folder).filter((name) => /^some\.db\.damaged-\d+$/.test(name));

const STORES = {
  'the index of the records': () => openRecordIndex(path, onAlarm),
  'the store of a router': () => openRouterStore(path, onAlarm),
  'the store of the console': () => openConsoleStore(path, { keptMs: 1_000, most: 10, onAlarm }),
};

describe('a damaged database', () => {
  test.each([
    ['header', 0, 100],
    ['schema', 100, 200],
  ] as const)(
    'whose %s is overwritten is moved aside unchanged, and a new one created',
    (_, offset, length) => {
      const bytes = damage(offset, length);
      const db = openDerived(path, { migrations: [TABLE], onAlarm });
      db.exec("INSERT INTO note (text) VALUES ('one')");
      db.close();
      const [aside = ''] = setAside();
      expect(readFileSync(join(folder, aside))).toEqual(bytes);
      for (const name of ['some.db', aside]) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
      expect(alarms).toEqual([expect.objectContaining({ code: 'config-invalid' })]);
      expect(alarms[0]?.message).toContain(aside);
    },
  );

  test.each(Object.entries(STORES))('with derived content does not keep %s from opening', async (_, open) => {
    damage(0, 100);
    await open().close();
    await open().close();
    expect([setAside().length, alarms.length]).toEqual([1, 1]);
  });

  test('written by a newer program is not moved aside', () => {
    openDatabase(path, [TABLE, 'SELECT 1']).close();
    expect(() => openDerived(path, { migrations: [TABLE], onAlarm })).toThrow(
      expect.objectContaining({ code: 'config-invalid' }),
    );
    expect(setAside()).toEqual([]);
  });

  test.each([
    ['opening', openGatewayStore],
    ['inspecting', inspectGateway],
  ])('of a gateway is left as it is and named in the error: %s', (_, open) => {
    const bytes = damage(0, 100);
    expect(() => open(path)).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        message: expect.stringMatching(/`.*some\.db` is damaged: .*backup/),
      }),
    );
    expect(readFileSync(path)).toEqual(bytes);
    expect(setAside()).toEqual([]);
  });
});

test.each(['get', 'all', 'run'] as const)('a damaged page is recognised when `%s` reads it', (method) => {
  damage(4_096, 4_096);
  const db = openDatabase(path, [TABLE]);
  const read = db.prepare('SELECT text FROM note ORDER BY id');
  let thrown: unknown;
  try {
    read[method]();
  } catch (error) {
    thrown = error;
  }
  db.close();
  expect(isDamage(thrown)).toBe(true);
});
