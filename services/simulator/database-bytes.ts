import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { sha256 } from '../shared/trust/digest.js';

/** What stood in each block of a database file and of its write-ahead log. */
export type Blocks = ReadonlyMap<string, readonly string[]>;

const BLOCK = 64 * 1024;
/** Longer than anything that is looked for. */
const OVERLAP = 4 * 1024;

export function blocksOf(database: string): Blocks {
  const hashes = (path: string): string[] => [...blocksIn(path)].map(({ hash }) => hash);
  return new Map(filesOf(database).map((path) => [path, hashes(path)]));
}

/**
 * The bytes of the database file and of its write-ahead log, in overlapping pieces, each good until the next is asked for; freed
 * pages included. Of a large one that was there before most is as it was: those blocks are left out, and reading them takes a
 * hundredth of a search.
 */
export function* bytesOfDatabase(database: string, before: Blocks = new Map()): Generator<Uint8Array> {
  for (const path of filesOf(database)) {
    const known = before.get(path) ?? [];
    let index = 0;
    for (const { hash, around } of blocksIn(path)) if (known[index++] !== hash) yield around;
  }
}

function filesOf(database: string): readonly string[] {
  return [database, `${database}-wal`].filter((path) => existsSync(path));
}

/** `around` is the block with the ends of its neighbours, and holds until the next is asked for. */
function* blocksIn(path: string): Generator<{ readonly hash: string; readonly around: Uint8Array }> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(BLOCK + 2 * OVERLAP);
    for (let offset = 0; ; offset += BLOCK) {
      const lead = Math.min(offset, OVERLAP);
      const length = readSync(file, buffer, 0, lead + BLOCK + OVERLAP, offset - lead);
      if (length <= lead) return;
      const block = buffer.subarray(lead, Math.min(length, lead + BLOCK));
      yield { hash: Buffer.from(sha256(block)).toString('latin1'), around: buffer.subarray(0, length) };
    }
  } finally {
    closeSync(file);
  }
}
