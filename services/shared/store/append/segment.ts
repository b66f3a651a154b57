import type { FileHandle } from 'node:fs/promises';
import { LiaisonError } from '../../kernel/errors.js';
import {
  decodeRecord,
  lastVouch,
  MAX_LENGTH,
  OVERHEAD,
  type Position,
  readAt,
  recordsFrom,
  START,
} from './append-format.js';
import { withFile } from './file-sync.js';
import { type OffsetFile, offsetFileOf } from './offset-file.js';
import type { SegmentPlace } from './segment-names.js';

/** One file of consecutive records, and the file of their offsets. */
export interface Segment extends SegmentPlace {
  /** The position after its last record; `number` counts the records of the segment from 1. */
  readonly end: Position;
  readonly offsets: OffsetFile;
}

/** The remains of a last batch that a crash interrupted; it was never confirmed. */
export interface TornTail {
  readonly afterNumber: number;
  readonly offset: number;
  readonly bytes: number;
}

/** The end of a segment. */
export interface SegmentEnd extends SegmentPlace {
  /** The position after its last record; `number` counts the records of the segment from 1. */
  readonly end: Position;
  readonly torn: TornTail | undefined;
}

/** Number of offsets written together while they are rebuilt. */
const OFFSETS_AT_ONCE = 8_192;

/**
 * Finds the end of a segment. Reads only the bytes after the last known offset, or the whole segment if its offsets do not
 * match. Throws `ledger-damaged` when a fsynced record is damaged there.
 */
export async function openSegment(place: SegmentPlace): Promise<Segment & SegmentEnd> {
  const offsets = offsetFileOf(place.path);
  return withFile(place.path, 'r', async (file) => {
    const known = await lastKnown(file, offsets);
    const end = await readOffsets(file, offsets, { from: known });
    await offsets.cut(end.number - 1);
    return { ...place, offsets, end, torn: await tornTail(file, place, end) };
  });
}

/** Returns the position of the last record with a known offset, or of the first record if no undamaged record is there. */
async function lastKnown(file: FileHandle, offsets: OffsetFile): Promise<Position> {
  const count = await offsets.count();
  const [offset] = count === 0 ? [] : await offsets.read(count - 1, 1);
  if (offset === undefined || !Number.isSafeInteger(offset)) return START;
  const position = { number: count, offset };
  for await (const record of recordsFrom(file, position)) return record.position;
  return START;
}

/** Writes the offsets of the records from a position up to the record number `until`; returns the end. */
async function readOffsets(
  file: FileHandle,
  offsets: OffsetFile,
  { from, until = Number.POSITIVE_INFINITY }: { readonly from: Position; readonly until?: number },
): Promise<Position> {
  let end = from;
  let found: number[] = [];
  const flush = async (): Promise<void> => {
    if (found.length > 0) await offsets.write(end.number - 1 - found.length, found);
    found = [];
  };
  if (end.number > until) return end;
  for await (const { position, next } of recordsFrom(file, from)) {
    found.push(position.offset);
    end = next;
    if (end.number > until) break;
    if (found.length === OFFSETS_AT_ONCE) await flush();
  }
  await flush();
  return end;
}

/**
 * Returns the bytes after the last undamaged record; undefined if there are none. Each record states how much was on disk
 * before its batch: throws `ledger-damaged` for damage below that length, which is not a torn tail.
 */
export async function tornTail(
  file: FileHandle,
  { path, first }: SegmentPlace,
  end: Position,
): Promise<TornTail | undefined> {
  const { size } = await file.stat();
  if (end.offset === size) return undefined;
  if ((await lastVouch(file, end.offset)) > end.offset) throw damagedAt(path, first, end);
  return { afterNumber: first + end.number - 2, offset: end.offset, bytes: size - end.offset };
}

/** Returns a segment that is complete: it must end where the next one begins. Throws `ledger-damaged`. */
export function expectWhole<S extends SegmentEnd>(
  { torn, ...segment }: S,
  next: SegmentPlace | undefined,
): Omit<S, 'torn'> {
  const { path, first, end } = segment;
  if (torn !== undefined) throw damagedAt(path, first, end);
  const missing = (next?.first ?? 0) - (first + end.number - 1);
  if (missing === 0) return segment;
  throw new LiaisonError(
    'ledger-damaged',
    `append-only file is damaged: ${missing} records are missing after record ${first + end.number - 2}`,
    {
      details: [
        { path: `${path}:${end.offset}`, message: 'the segment does not end where the next one begins' },
      ],
    },
  );
}

/** Creates the error for a damaged record; `position` is its place in the segment. */
function damagedAt(path: string, first: number, { number, offset }: Position): LiaisonError {
  const record = first + number - 1;
  return new LiaisonError(
    'ledger-damaged',
    `append-only file is damaged: record ${record} at offset ${offset}`,
    { details: [{ path: `${path}:${offset}`, message: `record ${record} does not match its checksum` }] },
  );
}

/** Maximum bytes of one read from disk, unless a single record is larger. */
const READ_BYTES = 1024 * 1024;
const READ_RECORDS = 512;

/** Yields the records of a segment between two positions. Reads each by its offset, and no other part of the file. */
export async function* readSegment(
  segment: Segment,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<Uint8Array> {
  for (let next = from; next <= to; ) {
    const records = await readSome(segment, next, to);
    yield* records;
    next += records.length;
  }
}

/**
 * Reads at least one record. Rebuilds the offsets if they do not match, and throws `ledger-damaged` if a record is damaged.
 */
async function readSome(segment: Segment, from: number, to: number): Promise<readonly Uint8Array[]> {
  const found = await tryRead(segment, from, to);
  if (found.length > 0) return found;
  await withFile(segment.path, 'r', async (file) => {
    const count = segment.end.number - 1;
    const end = await readOffsets(file, segment.offsets, { from: START, until: count });
    if (end.number <= count) throw damagedAt(segment.path, segment.first, end);
  });
  const again = await tryRead(segment, from, to);
  if (again.length > 0) return again;
  throw damagedAt(segment.path, segment.first, {
    number: from,
    offset: (await segment.offsets.read(from - 1, 1))[0] ?? 0,
  });
}

/** Returns the undamaged records at the start of the range, as many as one read holds. */
async function tryRead(
  { path, offsets, end }: Segment,
  from: number,
  to: number,
): Promise<readonly Uint8Array[]> {
  const most = Math.min(to - from + 1, READ_RECORDS);
  const bounds = [...(await offsets.read(from - 1, most + 1))];
  if (from - 1 + most === end.number - 1) bounds[most] = end.offset;
  const [begin] = bounds;
  if (begin === undefined) return [];
  let count = 1;
  while (count < most && (bounds[count + 1] ?? Number.NaN) - begin <= READ_BYTES) count += 1;
  const stop = bounds[count] ?? Number.NaN;
  if (!(stop > begin && stop - begin <= Math.max(READ_BYTES, OVERHEAD + MAX_LENGTH))) return [];
  const bytes = await withFile(path, 'r', (file) => readAt(file, begin, stop - begin));
  const records: Uint8Array[] = [];
  for (let each = 0; each < count; each += 1) {
    const record = decodeRecord(bytes.subarray((bounds[each] ?? 0) - begin, (bounds[each + 1] ?? 0) - begin));
    if (record === undefined) break;
    records.push(record);
  }
  return records;
}
