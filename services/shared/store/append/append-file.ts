import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail, LiaisonError } from '../../kernel/errors.js';
import { encodeRecord, MAX_LENGTH, lastVouch, type Position, recordsFrom, START } from './append-format.js';

/** One record of the file; numbers count from 1. */
export interface AppendedRecord {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** What a crash left of its last batch, which was never confirmed. */
export interface TornTail {
  readonly afterNumber: number;
  readonly offset: number;
  readonly bytes: number;
}

/** An append-only file of records with one writer. */
export interface AppendFile {
  /** The number of records that are fsynced. */
  readonly count: () => number;
  /** The torn tail that was cut off when the file was opened. */
  readonly torn: TornTail | undefined;
  /**
   * Resolves with the number of the last record when all are fsynced. Calls made while a batch is being
   * written share the next one. Rejects with `full` or `internal`: then none of the records is in the file,
   * and a later call may succeed. Rejects with `oversize` for a record above 16 MiB.
   */
  append(records: readonly Uint8Array[]): Promise<number>;
  /** Yields at most `limit` records from number `from` on, one in memory at a time. Throws `ledger-damaged`. */
  read(from: number, limit: number): AsyncGenerator<AppendedRecord>;
  close(): Promise<void>;
}

interface Waiting {
  readonly records: readonly Uint8Array[];
  resolve(last: number): void;
  reject(error: unknown): void;
}

/** The offset of every 256th record is kept in memory, so that a read starts near its first record. */
const MARK_EVERY = 256;

/**
 * Opens or creates the file and checks every record. Cuts off a torn tail. Throws `ledger-damaged` with record and offset
 * when a record that was fsynced is damaged.
 */
export async function openAppendFile(path: string): Promise<AppendFile> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    await syncFolder(dirname(path));
    const marks: number[] = [];
    const { end, torn } = await check(file, path, marks);
    if (torn !== undefined) await cut(file, end.offset);
    return appender({ file, marks, torn, end });
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface Checked {
  readonly end: Position;
  readonly torn: TornTail | undefined;
}

async function check(file: FileHandle, path: string, marks: number[]): Promise<Checked> {
  let end = START;
  for await (const record of recordsFrom(file, START)) {
    mark(marks, record.position);
    end = record.next;
  }
  const { size } = await file.stat();
  if (end.offset === size) return { end, torn: undefined };
  // Each record states how much was on disk before its batch: damage below that length is not a torn tail.
  if ((await lastVouch(file, end.offset)) > end.offset) {
    const where = `record ${end.number} at offset ${end.offset}`;
    throw new LiaisonError('ledger-damaged', `append-only file is damaged: ${where}`, {
      details: [
        { path: `${path}:${end.offset}`, message: `record ${end.number} does not match its checksum` },
      ],
    });
  }
  const torn = { afterNumber: end.number - 1, offset: end.offset, bytes: size - end.offset };
  return { end, torn };
}

function mark(marks: number[], { number, offset }: Position): void {
  if ((number - 1) % MARK_EVERY === 0) marks[(number - 1) / MARK_EVERY] = offset;
}

async function cut(file: FileHandle, size: number): Promise<void> {
  await file.truncate(size);
  await file.datasync();
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface AppenderParams extends Checked {
  readonly file: FileHandle;
  readonly marks: number[];
}

function appender({ file, marks, torn, end: found }: AppenderParams): AppendFile {
  let end = found;
  let dirty = false;
  const write: Write = async (records) => {
    // After a failed write or fsync the file is cut to its last good length before anything is written.
    if (dirty) await cut(file, end.offset);
    dirty = true;
    const encoded = records.map((record) => encodeRecord(record, end.offset));
    await writeAll(file, Buffer.concat(encoded), end.offset);
    await file.datasync();
    dirty = false;
    for (const { length } of encoded) {
      mark(marks, end);
      end = { number: end.number + 1, offset: end.offset + length };
    }
  };
  const commit = groupCommit(write, () => end.number - 1);
  return {
    count: () => end.number - 1,
    torn,
    append: commit.append,
    read: (from, limit) => readRange(file, { from, limit, last: end.number - 1, marks }),
    close: async () => {
      await commit.idle();
      await file.close();
    },
  };
}

type Write = (records: readonly Uint8Array[]) => Promise<void>;

/** Writes and fsyncs together all records that arrived during the previous write. */
function groupCommit(write: Write, count: () => number) {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      let last = count();
      try {
        await write(batch.flatMap(({ records }) => records));
        for (const { records, resolve } of batch) resolve((last += records.length));
      } catch (error) {
        for (const { reject } of batch) reject(storageError(error));
      }
    }
    writing = undefined;
  };
  const append = (records: readonly Uint8Array[]): Promise<number> =>
    new Promise((resolve, reject) => {
      if (records.some(({ length }) => length > MAX_LENGTH)) throw fail('oversize', 'record exceeds 16 MiB');
      waiting.push({ records, resolve, reject });
      writing ??= drain();
    });
  return { append, idle: async () => writing };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

function storageError(thrown: unknown): LiaisonError {
  const reason = (thrown as NodeJS.ErrnoException).code ?? '';
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(reason);
  const message = isFull ? 'disk is full' : `append-only file cannot be written: ${reason}`;
  return new LiaisonError(isFull ? 'full' : 'internal', message, { cause: thrown });
}

interface ReadRangeParams {
  readonly from: number;
  readonly limit: number;
  readonly last: number;
  readonly marks: readonly number[];
}

async function* readRange(
  file: FileHandle,
  { from, limit, last, marks }: ReadRangeParams,
): AsyncGenerator<AppendedRecord> {
  const until = Math.min(last, from + limit - 1);
  const index = Math.floor((from - 1) / MARK_EVERY);
  const offset = marks[index];
  if (offset === undefined || from > until) return;
  let number = index * MARK_EVERY + 1;
  for await (const { position, bytes } of recordsFrom(file, { number, offset })) {
    number = position.number + 1;
    if (position.number >= from) yield { number: position.number, bytes };
    if (position.number === until) return;
  }
  throw new LiaisonError('ledger-damaged', `append-only file is damaged: record ${number}`);
}
