import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorFrom, type LiaisonError } from '../../../../services/shared/kernel/errors.js';
import { type AppendFile, openAppendFile } from '../../../../services/shared/store/append/append-file.js';
import { scanAppendFile } from '../../../../services/shared/store/append/scan-file.js';
import { HEAD, readAll, temporaryFile } from './temporary-file.js';

const SEGMENT = 400;
const records = temporaryFile(SEGMENT);

const textOf = (number: number): string => `record ${number}`.padEnd(10 + (number % 7), '.');
const textsOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => textOf(from + index));

/** Appends records in batches of three. */
async function append(file: AppendFile, from: number, to: number): Promise<void> {
  for (let first = from; first <= to; first += 3)
    await file.append(textsOf(first, Math.min(to, first + 2)).map((text) => Buffer.from(text)));
}

async function scanned(): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { number } of scanAppendFile(records.path())) found.push(number);
  return found;
}

const segments = (): readonly string[] =>
  readdirSync(records.folder())
    .filter((name) => !name.endsWith('.offsets'))
    .toSorted();

const COUNT = 100;
const write = (): Promise<void> => records.use((file) => append(file, 1, COUNT));
const at = (name: string): string => join(records.folder(), name);

function flip(name: string, offset: number): void {
  const bytes = readFileSync(at(name));
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
  writeFileSync(at(name), bytes);
}

const refusalOf = (work: Promise<unknown>): Promise<LiaisonError | undefined> =>
  work.then(() => undefined, errorFrom);

describe('append file in segments', () => {
  test('begins a segment, named by its first record, when one is full, and reads across all segments', async () => {
    await write();
    expect(segments().length).toBeGreaterThan(5);
    expect(segments().slice(0, 2)).toEqual(['records', 'records.000000000016']);
    await records.use(async (file) => {
      expect(file.count()).toBe(COUNT);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 110 }),
          fc.integer({ min: 0, max: 110 }),
          async (from, limit) => {
            const wanted = textsOf(1, COUNT).slice(from - 1, from - 1 + limit);
            expect(await readAll(file, from, limit)).toEqual(wanted);
          },
        ),
        { numRuns: 50 },
      );
    });
  });

  test('an unsegmented file without offsets becomes the first segment in place', async () => {
    await records.use((file) => append(file, 1, 30), 1e9);
    rmSync(at('records.offsets'));
    const { ino, size } = statSync(records.path());
    await records.use((file) => append(file, 31, 60));
    expect([statSync(records.path()).ino, statSync(records.path()).size]).toEqual([ino, size]);
    expect(segments()[1]).toBe('records.000000000031');
    await records.use(async (file) => expect(await readAll(file)).toEqual(textsOf(1, 60)));
  });

  test('a start reads nothing before the last known offset: damage there is found by a read and by a scan, with its place', async () => {
    await write();
    flip('records', HEAD + 2);
    const place = { path: `${records.path()}:0`, message: 'record 1 does not match its checksum' };
    await records.use(async (file) => {
      expect(file.count()).toBe(COUNT);
      expect((await refusalOf(readAll(file, 1, 1)))?.details).toEqual([place]);
      expect(await readAll(file, 2, 5)).toEqual(textsOf(2, 6));
    });
    const refusal = await refusalOf(scanned());
    expect([refusal?.code, refusal?.details]).toEqual(['ledger-damaged', [place]]);
  });

  test('offsets that are missing, cut, zeroed or wrong are rebuilt from the segment', async () => {
    await write();
    const offsets = readdirSync(records.folder()).filter((name) => name.endsWith('.offsets'));
    const whole = offsets.map((name) => readFileSync(at(name)));
    const second = (value: number | Buffer) => (bytes: Buffer) =>
      bytes.length < 48 ? bytes : bytes.fill(value, 24, 32);
    const harm: readonly ((bytes: Buffer) => Buffer | undefined)[] = [
      () => undefined,
      (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
      (bytes) => Buffer.alloc(bytes.length),
      second(0),
      second(0xff),
      // The second entry names the third record.
      (bytes) => second(bytes.subarray(40, 48))(bytes),
      // The end is zeros, as after a loss of power.
      (bytes) => bytes.fill(0, bytes.length - 16),
      (bytes) => Buffer.concat([bytes, bytes]),
    ];
    for (const how of harm) {
      for (const [index, name] of offsets.entries()) {
        const bytes = how(Buffer.from(whole[index] ?? ''));
        if (bytes === undefined) rmSync(at(name));
        else writeFileSync(at(name), bytes);
      }
      await records.use(async (file) => {
        for (const number of [1, 2, 3, 17, 18, COUNT])
          expect(await readAll(file, number, 1)).toEqual([textOf(number)]);
        expect(await readAll(file)).toEqual(textsOf(1, COUNT));
      });
      expect(offsets.map((name) => readFileSync(at(name)))).toEqual(whole);
    }
  });

  test('a start refuses a cut or missing segment and names the missing records', async () => {
    await write();
    const [first = '', second = ''] = segments();
    const whole = readFileSync(at(second));
    truncateSync(at(second), whole.length - 3);
    expect(await refusalOf(openAppendFile(records.path()))).toMatchObject({
      code: 'ledger-damaged',
      message: /record 29 at/,
    });
    const end = whole.lastIndexOf('LGR1');
    truncateSync(at(second), end);
    expect(await refusalOf(openAppendFile(records.path()))).toMatchObject({
      code: 'ledger-damaged',
      message: /1 records are missing after record 28/,
    });
    rmSync(at(second));
    expect((await refusalOf(openAppendFile(records.path())))?.message).toMatch(/missing after record 15/);
    writeFileSync(at(second), whole);
    rmSync(at(first));
    expect((await refusalOf(openAppendFile(records.path())))?.message).toMatch(
      /first segment `records` is missing/,
    );
  });

  test('a flipped byte in the last record of a complete segment is damage, not a torn tail', async () => {
    await write();
    const [, second = ''] = segments();
    flip(second, statSync(at(second)).size - 1);
    expect(await refusalOf(openAppendFile(records.path()))).toMatchObject({
      code: 'ledger-damaged',
      message: /record 29 at/,
    });
  });

  test('a crash while a segment begins, or while its first batch is written, loses nothing that was confirmed', async () => {
    await records.use((file) => append(file, 1, 15));
    const next = 'records.000000000016';
    expect(existsSync(at(next))).toBe(false);
    for (const torn of ['', 'LGR1 and then nothing']) {
      writeFileSync(at(next), torn);
      await records.use(async (file) => {
        expect([file.count(), file.torn?.bytes ?? 0]).toEqual([15, torn.length]);
        expect(await readAll(file)).toEqual(textsOf(1, 15));
      });
    }
    await records.use((file) => append(file, 16, 20));
    await records.use(async (file) => expect(await readAll(file)).toEqual(textsOf(1, 20)));
  });

  test('a scan reads every record while the file is written, and reports no torn tail', async () => {
    await records.use(async (file) => {
      const writing = append(file, 1, COUNT);
      for (let seen = 0; seen < COUNT; ) seen = (await scanned()).length;
      await writing;
    });
    const last = segments().at(-1) ?? '';
    truncateSync(at(last), 5);
    expect(await scanned()).toHaveLength(Number(last.split('.')[1]) - 1);
  });
});
