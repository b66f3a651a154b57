import { statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** Runs `work`, and resolves to a function that is true for a path whose folder or file was fsynced by a handle of Node. */
export async function syncedBy(
  work: () => Promise<unknown>,
  onSync: () => void = () => {},
): Promise<(path: string) => boolean> {
  const handle = await open(tmpdir(), 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { sync } = prototype;
  const synced = new Set<number>();
  prototype.sync = async function (this: FileHandle) {
    synced.add((await this.stat()).ino);
    onSync();
    return sync.call(this);
  };
  try {
    await work();
  } finally {
    prototype.sync = sync;
  }
  return (path) => synced.has(statSync(path).ino);
}
