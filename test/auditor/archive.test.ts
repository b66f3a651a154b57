import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Archive, openArchive } from '../../services/auditor/archive.js';
import type { Entry } from '../../services/shared/store/append/archived-entry.js';
import { digest } from '../../services/shared/trust/digest.js';
import { frames } from '../../services/shared/wire/frames.js';
import { unsignedRecord } from './unsigned-record.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const recordOf = (n: number, type = 'routing') =>
  unsignedRecord({ type, n }, [{ type: 'notice', jti: `${ID}.${n}` }]);
const statement = (n: number): string => recordOf(n).statement;

function entry(n: number, epoch = 'first'): Entry {
  return { epoch, seq: n, subject: 'ledger.europol', bytes: recordOf(n).bytes };
}

async function withArchive<T>(work: (archive: Archive) => Promise<T>, at = folder): Promise<T> {
  const archive = await openArchive(at);
  try {
    return await work(archive);
  } finally {
    await archive.close();
  }
}

async function numbersAbout(archive: Archive): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { number } of archive.about(ID)) found.push(number);
  return found;
}

describe('auditor archive', () => {
  test('finds routing reports by their organisation, the newest first, without narrowings', async () => {
    await withArchive(async (archive) => {
      await archive.keep([
        entry(1),
        { ...entry(2), bytes: recordOf(2, 'narrowing').bytes },
        { ...entry(3), subject: 'ledger.interpol' },
        entry(4),
      ]);
      expect(archive.routing(undefined, 9)).toEqual([4, 3, 1]);
      expect(archive.routing(undefined, 2)).toEqual([4, 3]);
      expect(archive.routing('europol', 9)).toEqual([4, 1]);
      expect(archive.routing('afripol', 9)).toEqual([]);
    });
  });

  test('finds a record by the notices that it decides about, however its parts are written', async () => {
    const decisions = [
      `{"type":"decision","jti":"${ID}.1","to":"interpol"}`,
      `{"type":"decision","to":"interpol","jti":"${ID}.1"}`,
      `{"type":"decision","jti":"\\u0030${ID.slice(1)}.1","to":"interpol"}`,
      `{"type":"denial","jti":"${ID}.1","to":["interpol"],"rules":[]}`,
    ];
    await withArchive(async (archive) => {
      await archive.keep(
        decisions.map((text, at) => {
          const leaves = [{ salt: Buffer.alloc(16), part: Buffer.from(text) }];
          const bytes = frames.record.encode({
            statement: { statement: statement(at + 1), leaves },
            receipts: [],
          });
          return { ...entry(at + 1), bytes };
        }),
      );
      expect(await numbersAbout(archive)).toEqual([1, 2, 3, 4]);
    });
  });

  test('reads records back unchanged, and finds them by digest, notice and epoch', async () => {
    await withArchive(async (archive) => {
      await archive.keep([entry(1), entry(2)]);
      await archive.keep([entry(7, 'second')]);
      const read: unknown[] = [];
      for await (const { bytes, ...kept } of archive.read(2, 5))
        read.push({ ...kept, bytes: Buffer.from(bytes) });
      expect(read).toEqual([
        { ...entry(2), number: 2, bytes: Buffer.from(entry(2).bytes) },
        { ...entry(7, 'second'), number: 3, bytes: Buffer.from(entry(7).bytes) },
      ]);
      expect([1, 2, 7, 8].map((n) => archive.has(digest(statement(n))))).toEqual([true, true, true, false]);
      expect(['first', 'second', 'third'].map((epoch) => archive.lastSeq(epoch))).toEqual([2, 7, 0]);
      expect(await numbersAbout(archive)).toEqual([1, 2, 3]);
    });
  });

  test('rebuilds a lost index from the file', async () => {
    await withArchive((archive) => archive.keep(Array.from({ length: 1_100 }, (_, n) => entry(n + 1))));
    for (const name of ['index.db', 'index.db-wal', 'index.db-shm'])
      rmSync(join(folder, name), { force: true });
    await withArchive(async (archive) => {
      expect(archive.has(digest(statement(1_100)))).toBe(true);
      expect((await numbersAbout(archive)).length).toBe(1_100);
    });
  });

  test('sets a damaged index aside with an alarm, and rebuilds it from the file', async () => {
    await withArchive((archive) => archive.keep([entry(1), entry(2)]));
    for (const name of ['index.db-wal', 'index.db-shm']) rmSync(join(folder, name), { force: true });
    writeFileSync(join(folder, 'index.db'), 'x'.repeat(8_192));
    const alarms: string[] = [];
    const archive = await openArchive(folder, { onPutAside: ({ code }) => void alarms.push(code) });
    expect(await numbersAbout(archive)).toEqual([1, 2]);
    await archive.close();
    expect(alarms).toEqual(['config-invalid']);
  });

  test('catches up an index that is behind, and rebuilds one of another or a longer file', async () => {
    const other = join(folder, 'other');
    await withArchive((archive) => archive.keep([entry(1), entry(2), entry(3)]));
    await withArchive((archive) => archive.keep([entry(9)]), other);
    copyFileSync(join(other, 'index.db'), join(folder, 'index.db'));
    await withArchive(async (archive) => {
      expect([1, 2, 3, 9].map((n) => archive.has(digest(statement(n))))).toEqual([true, true, true, false]);
    });
    copyFileSync(join(folder, 'index.db'), join(other, 'index.db'));
    await withArchive(async (archive) => {
      expect([1, 2, 3, 9].map((n) => archive.has(digest(statement(n))))).toEqual([false, false, false, true]);
      expect(archive.count()).toBe(1);
    }, other);
  });
});
