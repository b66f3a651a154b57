import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Archive, openArchive } from '../../services/auditor/archive.js';
import type { Entry } from '../../services/shared/store/append/archived-entry.js';
import { loadSqlite } from '../../services/shared/store/sqlite.js';
import { digest } from '../../services/shared/trust/digest.js';
import { waitUntil } from './hub.js';
import { unsignedRecord } from './unsigned-record.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
let folder: string;
let archive: Archive;
let reported: string[];

const recordOf = (n: number) =>
  unsignedRecord({ type: 'routing', n }, [{ type: 'notice', jti: `${ID}.${n}` }]);
const statement = (n: number): string => recordOf(n).statement;

function entry(n: number): Entry {
  return { epoch: 'first', seq: n, subject: 'ledger.europol', bytes: recordOf(n).bytes };
}

async function numbersAbout(): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { number } of archive.about(ID)) found.push(number);
  return found;
}

/** Changes the index from outside, as damage on the disk would. */
function change(sql: string): void {
  const db = new (loadSqlite().DatabaseSync)(join(folder, 'index.db'));
  db.exec(sql);
  db.close();
}

const behind = (work: () => unknown) => expect(work).toThrow(expect.objectContaining({ code: 'not-ready' }));
const open = () =>
  openArchive(folder, {
    onPutAside: () => void reported.push('put aside'),
    onBehind: (fault) => void reported.push(fault?.code ?? 'caught up'),
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-index-'));
  reported = [];
  archive = await open();
  await archive.keep([entry(1), entry(2)]);
});
afterEach(async () => {
  await archive.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('an index of the auditor that cannot be written', () => {
  test('raises an alarm, answers `not-ready` instead of nothing, and is rebuilt from the file', async () => {
    // A conflicting row makes every write of the next record fail.
    change(`INSERT INTO record VALUES (99, '${digest(statement(3))}', 'first', 1)`);
    await archive.keep([entry(3)]);
    expect(archive.count()).toBe(3);
    expect(reported.at(-1)).toBe('internal');
    behind(() => archive.has(digest(statement(1))));
    behind(() => archive.routing(undefined, 9));
    behind(() => archive.quarantine);
    await expect(numbersAbout()).rejects.toMatchObject({ code: 'not-ready' });
    await expect(archive.keep([entry(4)])).rejects.toMatchObject({ code: 'not-ready' });
    await waitUntil(() => reported.at(-1) === 'caught up');
    expect(await numbersAbout()).toEqual([1, 2, 3]);
    await archive.keep([entry(4)]);
    expect([await numbersAbout(), archive.count()]).toEqual([[1, 2, 3, 4], 4]);
  });

  test('with a table missing is moved aside after three attempts, and rebuilt', async () => {
    change('DROP TABLE notice');
    await archive.keep([entry(3)]);
    await waitUntil(() => reported.at(-1) === 'caught up');
    expect(reported.filter((one) => one === 'put aside')).toHaveLength(1);
    expect(readdirSync(folder).some((name) => name.startsWith('index.db.damaged-'))).toBe(true);
    expect(await numbersAbout()).toEqual([1, 2, 3]);
  });
});
