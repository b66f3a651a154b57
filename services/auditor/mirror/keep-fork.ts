import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { hexDigest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import { forkOf } from '../../shared/verify/fork.js';

/** Maximum files. The first ones stay: a hub that goes on showing other logs cannot push out the evidence of the first. */
const MAX_KEPT = 16;

/**
 * Keeps two checkpoints of one log that contradict each other as a conviction, which `liaison verify` reads; the one that the
 * mirror followed comes first. Resolves to its path when it is fsynced, and to undefined if enough are kept already.
 */
export async function keepFork(
  folder: string,
  notes: readonly [string, string],
  directory: Directory,
): Promise<string | undefined> {
  const path = join(folder, `${hexDigest(notes.join(''))}.json`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length >= MAX_KEPT) return undefined;
  writeWhole(path, JSON.stringify(await forkOf('log-forked', notes, directory)));
  await syncFolder(folder);
  await syncFolder(dirname(folder));
  return path;
}
