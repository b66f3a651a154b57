import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** `st_blocks` counts these, whatever the file system's own blocks are. */
const BLOCK_BYTES = 512;

/** Returns the bytes that the files below a folder take on the disk; files that go away meanwhile, and a missing folder, count as 0. */
export async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? await bytesBelow(path) : await bytesOf(path);
  }
  return bytes;
}

async function bytesOf(path: string): Promise<number> {
  const status = await lstat(path).catch(() => undefined);
  return (status?.blocks ?? 0) * BLOCK_BYTES;
}
