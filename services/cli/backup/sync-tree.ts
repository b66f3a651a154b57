import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, withFile } from '../../shared/store/append/file-sync.js';

/** Flushes every file below a folder to disk, and its name. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else await withFile(path, 'r', (file) => file.sync());
  }
  await syncFolder(folder);
}
