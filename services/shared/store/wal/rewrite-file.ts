import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const PART_BYTES = 1024 * 1024;

/** Writes the bytes of a file over themselves, so that its next flush writes all of them to the disk. */
export function rewriteFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  const part = Buffer.alloc(PART_BYTES);
  try {
    for (let at = 0; ; ) {
      const length = readSync(descriptor, part, 0, PART_BYTES, at);
      if (length === 0) return;
      at += writeSync(descriptor, part, 0, length, at);
    }
  } finally {
    closeSync(descriptor);
  }
}
