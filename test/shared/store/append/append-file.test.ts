import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LiaisonError } from '../../../../services/shared/kernel/errors.js';
import { openAppendFile } from '../../../../services/shared/store/append/append-file.js';
import { fileSizeLimit } from '../../../support/limit-file-size.js';
import { HEAD, readAll, temporaryFile } from './temporary-file.js';

const records = temporaryFile();

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

/** Appends the batches one after the other; returns the offset of each record. */
async function write(batches: readonly (readonly string[])[]): Promise<readonly number[]> {
  await records.use(async (file) => {
    for (const batch of batches) await file.append(batch.map(bytesOf));
  });
  let offset = 0;
  return batches.flat().map((text) => {
    const begin = offset;
    offset += HEAD + Buffer.byteLength(text);
    return begin;
  });
}

function flip(at: number): void {
  const bytes = readFileSync(records.path());
  bytes[at] = bytes[at]! ^ 0x10;
  writeFileSync(records.path(), bytes);
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `record ${index + 1}`);

describe('append file', () => {
  test('appended records are read back in order, also after the file is opened again', async () => {
    const wanted = names(700);
    await records.use(async (file) => {
      expect(await file.append(wanted.slice(0, 300).map(bytesOf))).toBe(300);
      expect(await file.append(wanted.slice(300).map(bytesOf))).toBe(700);
      expect(await readAll(file)).toEqual(wanted);
    });
    await records.use(async (file) => {
      expect(file.count()).toBe(700);
      expect(file.torn).toBeUndefined();
      expect(await readAll(file)).toEqual(wanted);
    });
    expect(statSync(records.path()).mode & 0o777).toBe(0o600);
  });

  test('a read gives exactly the records of its range', async () => {
    await write([names(600)]);
    await records.use((file) =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 620 }),
          fc.integer({ min: 0, max: 620 }),
          async (from, limit) => {
            expect(await readAll(file, from, limit)).toEqual(names(600).slice(from - 1, from - 1 + limit));
          },
        ),
        { numRuns: 60 },
      ),
    );
  });

  test('concurrent appends keep their order and resolve with their record numbers', async () => {
    await records.use(async (file) => {
      const numbers = await Promise.all(names(50).map((name) => file.append([bytesOf(name)])));
      expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
      expect(await readAll(file)).toEqual(names(50));
    });
  });

  test('a tail torn at any byte is cut off and reported, and the records before it stay', async () => {
    const offsets = await write([
      ['one', 'two'],
      ['three', 'four'],
    ]);
    const whole = readFileSync(records.path());
    for (let size = offsets[2]! + 1; size < whole.length; size++) {
      writeFileSync(records.path(), whole.subarray(0, size));
      const kept = size >= offsets[3]! ? 3 : 2;
      await records.use(async (file) => {
        expect(file.count()).toBe(kept);
        const torn = { afterNumber: kept, offset: offsets[kept], bytes: size - offsets[kept]! };
        expect(file.torn).toEqual(torn.bytes === 0 ? undefined : torn);
        await file.append([bytesOf('next')]);
        expect((await readAll(file)).slice(kept)).toEqual(['next']);
      });
    }
  });

  test('a last batch whose pages reached the disk out of order is a torn tail', async () => {
    const offsets = await write([['one'], ['two', 'three', 'four']]);
    flip(offsets[1]! + HEAD);
    // Offsets are written after the batch is flushed, so an unflushed batch has none.
    truncateSync(`${records.path()}.offsets`, 16);
    await records.use(async (file) => {
      expect(await readAll(file)).toEqual(['one']);
      expect(file.torn?.afterNumber).toBe(1);
    });
    expect(statSync(records.path()).size).toBe(offsets[1]);
  });

  test('a flipped byte in a record that a later batch vouches for is refused with record and offset', async () => {
    const offsets = await write([['one', 'two'], ['three'], ['four']]);
    const whole = readFileSync(records.path());
    for (let at = 0; at < offsets[3]!; at++) {
      writeFileSync(records.path(), whole);
      flip(at);
      // Without offsets a start reads the whole file; with them only the bytes after the last one.
      rmSync(`${records.path()}.offsets`, { force: true });
      const number = offsets.filter((offset) => offset <= at).length;
      const refusal = await openAppendFile(records.path()).then(
        () => undefined,
        (error: LiaisonError) => error,
      );
      expect(refusal?.code).toBe('ledger-damaged');
      expect(refusal?.details[0]).toEqual({
        path: `${records.path()}:${offsets[number - 1]}`,
        message: `record ${number} does not match its checksum`,
      });
    }
    expect(readFileSync(records.path()).length).toBe(whole.length);
  });

  test('damage that occurs while the file is open fails the read of the damaged record', async () => {
    const offsets = await write([names(5), ['last']]);
    await records.use(async (file) => {
      flip(offsets[2]! + HEAD);
      await expect(readAll(file)).rejects.toMatchObject({ code: 'ledger-damaged', message: /record 3/ });
    });
  });

  test('an empty file and a file of torn bytes only hold no record', async () => {
    await records.use(async (file) => expect(await readAll(file)).toEqual([]));
    writeFileSync(records.path(), 'LGR1 and then nothing that is a record');
    await records.use(async (file) => {
      expect(file.torn).toEqual({ afterNumber: 0, offset: 0, bytes: 38 });
      expect(file.count()).toBe(0);
    });
  });

  test('a record above 16 MiB is refused with `oversize`, and later appends succeed', async () => {
    await records.use(async (file) => {
      await expect(file.append([new Uint8Array(16 * 1024 * 1024 + 1)])).rejects.toMatchObject({
        code: 'oversize',
      });
      expect(await file.append([bytesOf('small')])).toBe(1);
    });
  });

  test('an append on a full disk fails with `full` and loses nothing, and succeeds once there is room', async ({
    skip,
  }) => {
    const limit = fileSizeLimit(skip);
    await records.use(async (file) => {
      await file.append(names(10).map(bytesOf));
      limit(2_000);
      try {
        await expect(file.append([new Uint8Array(4000)])).rejects.toMatchObject({ code: 'full' });
        expect(file.count()).toBe(10);
        expect(await readAll(file)).toEqual(names(10));
        expect(await file.append([bytesOf('fits')])).toBe(11);
      } finally {
        limit('unlimited');
      }
      expect(await file.append([bytesOf('later')])).toBe(12);
    });
    await records.use(async (file) => expect(await readAll(file)).toEqual([...names(10), 'fits', 'later']));
  });

  test('a cut between two records is not detected: only a count stored elsewhere can show it', async () => {
    const offsets = await write([['one'], ['two']]);
    truncateSync(records.path(), offsets[1]);
    await records.use(async (file) => expect([file.count(), file.torn]).toEqual([1, undefined]));
  });
});
