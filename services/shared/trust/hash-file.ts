import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;

/** Returns the SHA-256 of a file in hex, read in parts between which the event loop runs. Throws the system's error. */
export async function hashFile(path: string): Promise<string> {
  const hashing = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }))
    hashing.update(chunk as Buffer);
  return hashing.digest('hex');
}
