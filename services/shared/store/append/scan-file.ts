import { open } from 'node:fs/promises';
import type { AppendedRecord } from './append-file.js';
import { type Position, recordsFrom, START } from './append-format.js';
import { expectWhole, type TornTail, tornTail } from './segment.js';
import { findSegments, type SegmentPlace } from './segment-names.js';

/** A record read during a check of the whole file. */
export interface ScannedRecord extends AppendedRecord {
  /** The path of its segment. */
  readonly segment: string;
}

/**
 * Yields and checks every record of an append-only file without changing it, even while another process appends. A torn tail
 * is not an error. Throws `ledger-damaged` with the place. Yields nothing when there is no file.
 */
export async function* scanAppendFile(path: string): AsyncGenerator<ScannedRecord> {
  const places = findSegments(path);
  for (const [index, place] of places.entries()) yield* scanSegment(place, places[index + 1]);
}

async function* scanSegment(
  place: SegmentPlace,
  next: SegmentPlace | undefined,
): AsyncGenerator<ScannedRecord> {
  const file = await open(place.path, 'r');
  try {
    let end: Position = START;
    let fault: unknown;
    let torn: TornTail | undefined;
    // The auditor may be appending, so report damage only if a second read shows it too.
    do {
      const before = end.number;
      for await (const { position, bytes, next: behind } of recordsFrom(file, end)) {
        end = behind;
        yield { number: place.first + position.number - 1, segment: place.path, bytes };
      }
      if (fault !== undefined && end.number === before) throw fault;
      fault = undefined;
      torn = await tornTail(file, place, end).catch((thrown: unknown) => void (fault = thrown));
    } while (fault !== undefined);
    if (next !== undefined) expectWhole({ ...place, end, torn }, next);
  } finally {
    await file.close();
  }
}
