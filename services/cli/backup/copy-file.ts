import { type FileHandle, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withFile, writeAt } from '../../shared/store/append/file-sync.js';
import { readAt } from '../../shared/store/append/append-format.js';
import { type RunningDigest, startDigest } from '../../shared/trust/digest.js';

/** Size and SHA-256 (hex) of a file of a backup. */
export interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
}

const CHUNK_BYTES = 1024 * 1024;

interface CopyRangeParams {
  readonly from: number;
  readonly to: number;
  readonly digest: RunningDigest;
  /** The file to write at the same offsets; absent to read only. */
  readonly target?: FileHandle;
}

/** Copies the bytes between two offsets, and adds them to a digest; returns the offset at which it or the file ends. */
export async function copyRange(
  source: FileHandle,
  { from, to, digest, target }: CopyRangeParams,
): Promise<number> {
  for (let at = from; at < to; ) {
    const part = await readAt(source, at, Math.min(CHUNK_BYTES, to - at));
    if (part.length === 0) return at;
    digest.add(part);
    if (target !== undefined) await writeAt(target, part, at);
    at += part.length;
  }
  return to;
}

/** Copies a file into a new one with mode 0600, and makes the folders that lead to it. Throws the system's error. */
export async function copyFile(source: string, target: string): Promise<FileFacts> {
  return withFile(source, 'r', async (from) => {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    return withFile(target, 'wx', (into) => copyAll(from, into));
  });
}

/** Reads a file to its end. */
export function factsOf(path: string): Promise<FileFacts> {
  return withFile(path, 'r', (file) => copyAll(file));
}

async function copyAll(source: FileHandle, target?: FileHandle): Promise<FileFacts> {
  const digest = startDigest();
  const to = Number.MAX_SAFE_INTEGER;
  const bytes = await copyRange(source, { from: 0, to, digest, ...(target && { target }) });
  return { bytes, sha256: digest.hex() };
}
