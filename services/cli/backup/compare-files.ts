import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Detail, LiaisonError } from '../../shared/kernel/errors.js';
import { factsOf, type FileFacts } from './copy-file.js';
import { findFiles } from './find-files.js';
import type { BackupManifest } from './manifest.js';

/**
 * Reads every file of a backup. Throws `digest-mismatch`, which names each file that is damaged, missing, or not in the
 * manifest. `onProgress` is called before each file, with the bytes that were read before it; it may throw to stop.
 */
export async function compareFiles(
  backup: string,
  { folder, files }: BackupManifest,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const tree = join(backup, folder);
  const there = new Set(existsSync(tree) ? findFiles(tree) : []);
  const faults: Detail[] = [...there]
    .filter((path) => !Object.hasOwn(files, path))
    .map((path) => ({ path, message: 'is not in the manifest' }));
  let read = 0;
  for (const [path, facts] of Object.entries(files)) {
    onProgress(read);
    const message = there.has(path) ? await faultOf(join(tree, path), facts) : 'is missing';
    if (message !== undefined) faults.push({ path, message });
    read += facts.bytes;
  }
  if (faults.length === 0) return;
  const what = faults.length === 1 ? 'a file differs' : `${faults.length} files differ`;
  throw new LiaisonError('digest-mismatch', `\`${backup}\` is damaged: ${what} from its manifest`, {
    details: faults,
  });
}

async function faultOf(path: string, { bytes, sha256 }: FileFacts): Promise<string | undefined> {
  const found = await factsOf(path);
  if (found.bytes !== bytes) return `has ${found.bytes} bytes instead of ${bytes}`;
  return found.sha256 === sha256 ? undefined : 'has another SHA-256';
}
