import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createAppendQueue } from './append-queue.js';
import { createWriter, cutTo, WRITE, type OpenSegments } from './append-writer.js';
import { syncFolder } from './file-sync.js';
import { expectWhole, openSegment, readSegment, type Segment, type TornTail } from './segment.js';
import { findSegments } from './segment-names.js';

export type { TornTail } from './segment.js';

/** One record of the file; numbers count from 1. */
export interface AppendedRecord {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * An append-only file of records with one writer, kept in segments: a complete one never changes again. The offset of each
 * record is stored beside its segment, so that single records can be read and a start reads only the bytes after the last
 * offset.
 */
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
  /** Yields at most `limit` records from number `from` on, about 1 MiB in memory at a time. Throws `ledger-damaged`. */
  read(from: number, limit: number): AsyncGenerator<AppendedRecord>;
  close(): Promise<void>;
}

interface AppendOptions {
  /** Size at which a new segment begins, in bytes. */
  readonly segmentBytes?: number;
}

const SEGMENT_BYTES = 256 * 1024 * 1024;

/**
 * Opens or creates the file, and cuts off a torn tail. Throws `ledger-damaged`, with the place if known, for a missing or
 * short segment and for damage after the last known offset; `read` and `scanAppendFile` find damage before it.
 */
export async function openAppendFile(
  path: string,
  { segmentBytes = SEGMENT_BYTES }: AppendOptions = {},
): Promise<AppendFile> {
  const places = findSegments(path);
  const segments: Segment[] = [];
  for (const [index, place] of places.slice(0, -1).entries()) {
    segments.push(expectWhole(await openSegment(place), places[index + 1]));
  }
  const last = places.at(-1) ?? { path, first: 1 };
  const handle = await open(last.path, WRITE, 0o600);
  try {
    await syncFolder(dirname(path));
    const { torn, ...segment } = await openSegment(last);
    if (torn !== undefined) await cutTo(handle, segment.end.offset);
    return fileOf({ path, segments: [...segments, segment], handle, segmentBytes }, torn);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function fileOf(writing: OpenSegments, torn: TornTail | undefined): AppendFile {
  const { segments } = writing;
  const count = (): number => {
    const last = segments.at(-1);
    return last === undefined ? 0 : last.first + last.end.number - 2;
  };
  const queue = createAppendQueue(createWriter(writing), count);
  return {
    count,
    torn,
    append: queue.append,
    read: (from, limit) => readRange(segments, { from, to: Math.min(count(), from + limit - 1) }),
    close: async () => {
      await queue.idle();
      await writing.handle.close();
    },
  };
}

async function* readRange(
  segments: readonly Segment[],
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<AppendedRecord> {
  for (let next = Math.max(1, from); next <= to; ) {
    const segment = segments.findLast(({ first }) => first <= next);
    if (segment === undefined) return;
    const { first, end } = segment;
    const last = Math.min(to, first + end.number - 2);
    for await (const bytes of readSegment(segment, { from: next - first + 1, to: last - first + 1 })) {
      yield { number: next, bytes };
      next += 1;
    }
  }
}
