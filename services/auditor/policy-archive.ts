import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../shared/kernel/errors.js';
import { readOpen } from '../shared/kernel/read-open.js';
import { writeWhole } from '../shared/kernel/write-whole.js';
import { isDigest } from '../shared/trust/digest.js';

/** The bundles of policies that routers adopted, packed, by their digest in base64url. */
export interface PolicyArchive {
  /**
   * Stores a bundle, flushed to disk; the bytes that are stored under this digest are replaced. Throws `full`
   * when all stored bundles together would exceed `MAX_STORED_BYTES`.
   */
  put(digest: string, packed: Uint8Array): void;
  /** Returns the bytes of a stored bundle; undefined when it is not stored. */
  get(digest: string): Uint8Array | undefined;
  /** The digest of the bundle that a router put last: the one that decides. Undefined before the first. */
  newest(): string | undefined;
  /**
   * Keeps a bundle for good, because a record on the ledger names it; one that is not stored yet, once it is
   * put.
   */
  keep(digest: string): void;
}

/** The maximum size of all stored bundles together, packed, in bytes. */
const MAX_STORED_BYTES = 1024 ** 3;
/** The maximum number of stored bundles that no record names; older ones are deleted. */
export const MAX_UNNAMED = 8;

/**
 * Opens or creates the archive in a folder: a file for each bundle that a record names, in the subfolder
 * `new` one for each that no record names yet, and the file `newest` with the digest of the bundle that was put
 * last, because the times of files do not survive a restored backup. Throws the system's error.
 */
export function openPolicyArchive(folder: string, maxBytes = MAX_STORED_BYTES): PolicyArchive {
  const [fresh, newest] = [openFresh(folder), openNewest(folder)];
  const stored = sizesIn(folder);
  const unnamed = sizesIn(fresh);
  /** The last digests that records named before a router had put their bundles. */
  const awaited = new Set<string>();
  const keep = (digest: string): void => {
    const size = unnamed.get(digest);
    unnamed.delete(digest);
    // A record may name a bundle before a router puts it, or after its file was deleted by hand.
    if (size === undefined || !existsSync(join(fresh, digest)))
      return stored.has(digest) ? undefined : addBounded(awaited, digest);
    renameSync(join(fresh, digest), join(folder, digest));
    stored.set(digest, size);
  };
  const placeOf = (digest: string): string | undefined => {
    if (stored.has(digest)) return join(folder, digest);
    return unnamed.has(digest) ? join(fresh, digest) : undefined;
  };
  const store = (digest: string, packed: Uint8Array): void => {
    const known = placeOf(digest);
    if (known !== undefined) return writeWhole(known, packed);
    forget(fresh, unnamed, MAX_UNNAMED - 1);
    const total = sum(stored) + sum(unnamed) + packed.length;
    if (total > maxBytes) throw fail('full', 'the archive of policies is full');
    writeWhole(join(fresh, digest), packed);
    unnamed.set(digest, packed.length);
    if (awaited.delete(digest)) keep(digest);
  };
  return {
    put(digest, packed) {
      store(digest, packed);
      newest.note(digest);
    },
    get(digest) {
      const path = placeOf(digest);
      // The file may have been deleted by hand; the routers then put the bundle again.
      return path === undefined || !existsSync(path) ? undefined : readOpen(path);
    },
    newest: () => newest.stated((digest) => placeOf(digest) !== undefined),
    keep,
  };
}

/** Creates the folder of the bundles that no record names, and deletes half-written files of a process that was killed. */
function openFresh(folder: string): string {
  const fresh = join(folder, 'new');
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  for (const draft of readdirSync(fresh).filter((name) => !isDigest(name))) rmSync(join(fresh, draft));
  return fresh;
}

/** Opens the file with the digest of the bundle that was put last. */
function openNewest(folder: string) {
  const path = join(folder, 'newest');
  let newest = existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
  return {
    stated: (isStored: (digest: string) => boolean): string | undefined =>
      newest !== undefined && isStored(newest) ? newest : undefined,
    note: (digest: string): void => {
      if (newest === digest) return;
      writeWhole(path, digest);
      newest = digest;
    },
  };
}

/** Adds to a set of at most `MAX_UNNAMED` digests, and drops the oldest beyond that. */
function addBounded(digests: Set<string>, digest: string): void {
  digests.add(digest);
  const [first] = digests;
  if (first !== undefined && digests.size > MAX_UNNAMED) digests.delete(first);
}

function sizesIn(folder: string): Map<string, number> {
  const names = readdirSync(folder).filter((name) => isDigest(name));
  return new Map(names.map((name) => [name, statSync(join(folder, name)).size]));
}

/** Deletes the oldest bundles of a folder until at most `left` are left. */
function forget(folder: string, sizes: Map<string, number>, left: number): void {
  const age = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const oldest = [...sizes.keys()].toSorted((a, b) => age(a) - age(b));
  for (const name of oldest.slice(0, Math.max(0, oldest.length - left))) {
    rmSync(join(folder, name), { force: true });
    sizes.delete(name);
  }
}

function sum(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((total, size) => total + size, 0);
}
