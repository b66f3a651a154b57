import { mkdirSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Position, recordsFrom, START } from '../../shared/store/append/append-format.js';
import { withFile } from '../../shared/store/append/file-sync.js';
import { expectWhole, type SegmentEnd, tornTail } from '../../shared/store/append/segment.js';
import { findSegments, type SegmentPlace } from '../../shared/store/append/segment-names.js';
import { type RunningDigest, startDigest } from '../../shared/trust/digest.js';
import { copyRange, type FileFacts } from './copy-file.js';

/** Copies the segments of an append-only file while a process appends to it. */
export interface RecordsCopy {
  /** Copies every whole record that is there and was not copied yet. Throws `ledger-damaged`, with the place. */
  advance(): Promise<void>;
  /** The segments as they were copied, by name. */
  files(): ReadonlyMap<string, FileFacts>;
}

interface CopyRecordsParams {
  /** The path of the first segment. */
  readonly path: string;
  /** The folder that gets the copies. */
  readonly folder: string;
  /** Takes a complete segment, which never changes again, from the previous backup; undefined if that does not have it. */
  readonly reuse: (name: string) => Promise<FileFacts | undefined>;
}

/** A segment up to a position. */
interface Copied {
  readonly end: Position;
  readonly digest: RunningDigest;
}

/** Creates the copy; nothing is read before the first `advance`. */
export function createRecordsCopy({ path, folder, reuse }: CopyRecordsParams): RecordsCopy {
  const complete = new Map<string, FileFacts>();
  let last: { readonly name: string; readonly copied: Copied } | undefined;
  const knownOf = (name: string): Copied | undefined => (last?.name === name ? last.copied : undefined);
  return {
    advance: async () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const places = findSegments(path);
      for (const [index, place] of places.entries()) {
        const [name, next] = [basename(place.path), places[index + 1]];
        if (complete.has(name)) continue;
        const known = knownOf(name);
        const reused = next === undefined || known !== undefined ? undefined : await reuse(name);
        if (reused !== undefined) {
          complete.set(name, reused);
          continue;
        }
        const copied = await copyMore(place, { folder, known, next });
        if (next === undefined) last = { name, copied };
        else complete.set(name, factsIn(copied));
      }
    },
    files: () => (last === undefined ? complete : new Map([...complete, [last.name, factsIn(last.copied)]])),
  };
}

interface CopyMoreParams {
  readonly folder: string;
  readonly known: Copied | undefined;
  /** The next segment; where there is one, this one is complete. */
  readonly next: SegmentPlace | undefined;
}

/** Copies the whole records of a segment that follow those already copied. */
async function copyMore(place: SegmentPlace, { folder, known, next }: CopyMoreParams): Promise<Copied> {
  const { end: from, digest } = known ?? { end: START, digest: startDigest() };
  return withFile(place.path, 'r', async (source) => {
    const { end, torn } = await endOfRecords(source, place, from);
    if (next !== undefined) expectWhole({ ...place, end, torn }, next);
    const flags = known === undefined ? 'wx' : 'r+';
    await withFile(join(folder, basename(place.path)), flags, (target) =>
      copyRange(source, { from: from.offset, to: end.offset, digest, target }),
    );
    return { end, digest };
  });
}

/** Finds the end of the whole records. The auditor may append meanwhile: an error counts if a second read has it too. */
async function endOfRecords(
  source: FileHandle,
  place: SegmentPlace,
  from: Position,
): Promise<Pick<SegmentEnd, 'end' | 'torn'>> {
  let end = from;
  for (let fault: unknown; ; ) {
    const before = end.number;
    for await (const { next } of recordsFrom(source, end)) end = next;
    if (fault !== undefined && end.number === before) throw fault;
    try {
      return { end, torn: await tornTail(source, place, end) };
    } catch (thrown) {
      fault = thrown;
    }
  }
}

function factsIn({ end, digest }: Copied): FileFacts {
  return { bytes: end.offset, sha256: digest.hex() };
}
