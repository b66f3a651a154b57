import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../shared/kernel/write-whole.js';
import { syncFolder } from '../shared/store/append/file-sync.js';

/** Maximum files. The first ones stay: a hub that signs further contradictions cannot push out the evidence of the first. */
const MAX_KEPT = 16;

/**
 * Keeps a conviction under a name in a folder, as a file that `liaison verify` reads. Resolves to its path when it is fsynced, and
 * to undefined if enough are kept already.
 */
export async function keepConviction(
  folder: string,
  name: string,
  make: () => Promise<object>,
): Promise<string | undefined> {
  const path = join(folder, `${name}.json`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length >= MAX_KEPT) return undefined;
  writeWhole(path, JSON.stringify(await make()));
  await syncFolder(folder);
  await syncFolder(dirname(folder));
  return path;
}
