import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../kernel/errors.js';

/** The path of a segment, and the number of its first record. */
export interface SegmentPlace {
  readonly path: string;
  readonly first: number;
}

/** Number of digits in the name of a segment, so that names sort by number. */
const DIGITS = 12;

/** Returns the path of the segment that begins with a record; the first has the name of the whole file. */
export function segmentPath(path: string, first: number): string {
  return first === 1 ? path : `${path}.${String(first).padStart(DIGITS, '0')}`;
}

/** Lists the segments of a file in order; none when there is no file. Throws `ledger-damaged` when the first is missing. */
export function findSegments(path: string): readonly SegmentPlace[] {
  const name = basename(path);
  const found = readdirSync(dirname(path)).flatMap((entry) => {
    const rest = entry.startsWith(name) ? entry.slice(name.length) : undefined;
    if (rest === '') return [1];
    return rest !== undefined && /^\.[0-9]{12}$/.test(rest) ? [Number(rest.slice(1))] : [];
  });
  const firsts = found.toSorted((a, b) => a - b);
  if (firsts.length > 0 && firsts[0] !== 1) {
    throw fail('ledger-damaged', `append-only file is damaged: its first segment \`${name}\` is missing`);
  }
  return firsts.map((first) => ({ first, path: join(dirname(path), basename(segmentPath(path, first))) }));
}
