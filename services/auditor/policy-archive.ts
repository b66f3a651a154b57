import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../shared/kernel/errors.js';
import { readOpen } from '../shared/kernel/read-open.js';
import { writeWhole } from '../shared/kernel/write-whole.js';
import { isDigest } from '../shared/trust/digest.js';

/** The sets of policies that routers adopted, packed, by the digest of their bundle. */
export interface PolicyArchive {
  /**
   * Stores a set, flushed to disk; one that is stored already is replaced. Throws `full` when the stored sets would exceed
   * `MAX_STORED_BYTES`.
   */
  put(digest: string, packed: Uint8Array): void;
  /** The stored bytes of a set; undefined when there are none. */
  get(digest: string): Uint8Array | undefined;
  /** Keeps a set for good, because a record on the ledger names it. Does nothing for an unknown set. */
  keep(digest: string): void;
}

/** The most bytes of all stored sets together, compressed. */
const MAX_STORED_BYTES = 1024 ** 3;
/** The number of stored sets that no record names; older ones are deleted. */
export const MAX_UNNAMED = 8;

/**
 * Opens or creates the archive in a folder: a file for each set that a record names, and those that no record names yet in
 * the subfolder `new`.
 */
export function openPolicyArchive(folder: string, maxBytes = MAX_STORED_BYTES): PolicyArchive {
  const fresh = join(folder, 'new');
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  // What a killed process had begun to write.
  for (const draft of readdirSync(fresh).filter((name) => !isDigest(name))) rmSync(join(fresh, draft));
  const stored = sizesIn(folder);
  const unnamed = sizesIn(fresh);
  const placeOf = (digest: string): string | undefined => {
    if (stored.has(digest)) return join(folder, digest);
    return unnamed.has(digest) ? join(fresh, digest) : undefined;
  };
  return {
    put(digest, packed) {
      const known = placeOf(digest);
      if (known !== undefined) return writeWhole(known, packed);
      forget(fresh, unnamed, MAX_UNNAMED - 1);
      const total = sum(stored) + sum(unnamed) + packed.length;
      if (total > maxBytes) throw fail('full', 'the archive of policies is full');
      writeWhole(join(fresh, digest), packed);
      unnamed.set(digest, packed.length);
    },
    get(digest) {
      const path = placeOf(digest);
      // A file that was deleted is put again by the routers.
      return path === undefined || !existsSync(path) ? undefined : readOpen(path);
    },
    keep(digest) {
      const size = unnamed.get(digest);
      if (size === undefined) return;
      renameSync(join(fresh, digest), join(folder, digest));
      unnamed.delete(digest);
      stored.set(digest, size);
    },
  };
}

function sizesIn(folder: string): Map<string, number> {
  const names = readdirSync(folder).filter((name) => isDigest(name));
  return new Map(names.map((name) => [name, statSync(join(folder, name)).size]));
}

/** Deletes the oldest sets of a folder until at most `left` are left. */
function forget(folder: string, sizes: Map<string, number>, left: number): void {
  const age = (name: string): number => statSync(join(folder, name)).mtimeMs;
  const oldest = [...sizes.keys()].toSorted((a, b) => age(a) - age(b));
  for (const name of oldest.slice(0, Math.max(0, oldest.length - left))) {
    rmSync(join(folder, name));
    sizes.delete(name);
  }
}

function sum(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((total, size) => total + size, 0);
}
