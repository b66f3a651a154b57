import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeRecord } from './append-format.js';
import type { AppendBatch } from './append-queue.js';
import { syncFolder, writeAt } from './file-sync.js';
import { openSegment, type Segment } from './segment.js';
import { segmentPath } from './segment-names.js';

/** The segments of a file and the handle of the last one, to which records are appended. */
export interface OpenSegments {
  readonly path: string;
  readonly segments: Segment[];
  handle: FileHandle;
  /** Size at which a new segment begins, in bytes. */
  readonly segmentBytes: number;
}

/** Flags for opening the segment to which records are appended. */
export const WRITE = constants.O_RDWR | constants.O_CREAT;

/** Creates the function that appends to the last segment and begins the next one when it is full. */
export function createWriter(writing: OpenSegments): AppendBatch {
  const { segments, segmentBytes } = writing;
  let dirty = false;
  return async (records) => {
    // After a failed write or fsync, cut the file to its last good length before the next write.
    if (dirty) await cutTo(writing.handle, lastOf(segments).end.offset);
    dirty = true;
    if (lastOf(segments).end.offset >= segmentBytes) await startSegment(writing);
    segments[segments.length - 1] = await extend(writing.handle, lastOf(segments), records);
    dirty = false;
  };
}

function lastOf(segments: readonly Segment[]): Segment {
  const last = segments.at(-1);
  if (last === undefined) throw new Error('a file without a segment');
  return last;
}

/** Writes records at the end of a segment; returns the segment with its new end. */
async function extend(file: FileHandle, segment: Segment, records: readonly Uint8Array[]): Promise<Segment> {
  const { end, offsets } = segment;
  const encoded = records.map((record) => encodeRecord(record, end.offset));
  await writeAt(file, Buffer.concat(encoded), end.offset);
  await file.datasync();
  const begins: number[] = [];
  let { offset } = end;
  for (const { length } of encoded) {
    begins.push(offset);
    offset += length;
  }
  await offsets.write(end.number - 1, begins);
  return { ...segment, end: { number: end.number + records.length, offset } };
}

async function startSegment(writing: OpenSegments): Promise<void> {
  const { path, segments } = writing;
  const { first, end, offsets } = lastOf(segments);
  const next = first + end.number - 1;
  const place = { path: segmentPath(path, next), first: next };
  await offsets.sync();
  const handle = await open(place.path, WRITE, 0o600);
  try {
    await syncFolder(dirname(path));
    const { torn: _torn, ...segment } = await openSegment(place);
    await writing.handle.close();
    writing.handle = handle;
    segments.push(segment);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Truncates a file durably. */
export async function cutTo(file: FileHandle, size: number): Promise<void> {
  await file.truncate(size);
  await file.datasync();
}
