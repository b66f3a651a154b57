import { type FileHandle, open } from 'node:fs/promises';

/** Opens a file, passes its handle to `work`, and closes it. */
export async function withFile<T>(
  path: string,
  flags: string | number,
  work: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await open(path, flags, 0o600);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** Fsyncs a folder, so that its file names are durable. */
export function syncFolder(folder: string): Promise<void> {
  return withFile(folder, 'r', (handle) => handle.sync());
}

/** Writes all bytes at an offset. */
export async function writeAt(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}
