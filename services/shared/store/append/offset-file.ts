import { constants } from 'node:fs';
import { readAt } from './append-format.js';
import { withFile, writeAt } from './file-sync.js';

/*
 * The file `<segment>.offsets` has an entry for each record of a segment: number (8) · offset (8), big-endian. The number
 * shows a misplaced entry. The file can be rebuilt from the segment, so it is flushed only when the segment is complete.
 */
const WIDTH = 16;
const CREATE = constants.O_RDWR | constants.O_CREAT;

/** The offsets of the records of one segment, by their index in it from 0. */
export interface OffsetFile {
  /** Number of complete entries. */
  count(): Promise<number>;
  /** Reads up to `count` entries; stops at the end of the file and before a misplaced entry. */
  read(at: number, count: number): Promise<readonly number[]>;
  /** Writes entries starting at an index. */
  write(at: number, offsets: readonly number[]): Promise<void>;
  /** Truncates to the first entries. */
  cut(count: number): Promise<void>;
  /** Flushes all writes to disk. */
  sync(): Promise<void>;
}

/** Opens the offsets of a segment; creates the file if it is missing. */
export function offsetFileOf(segment: string): OffsetFile {
  const path = `${segment}.offsets`;
  return {
    count: () => withFile(path, CREATE, async (file) => Math.floor((await file.stat()).size / WIDTH)),
    read: async (at, count) => {
      const bytes = await withFile(path, CREATE, (file) => readAt(file, at * WIDTH, count * WIDTH));
      const found: number[] = [];
      for (let begin = 0; begin + WIDTH <= bytes.length; begin += WIDTH) {
        if (bytes.readBigUInt64BE(begin) !== BigInt(at + found.length + 1)) break;
        found.push(Number(bytes.readBigUInt64BE(begin + 8)));
      }
      return found;
    },
    write: async (at, offsets) => {
      const bytes = Buffer.alloc(offsets.length * WIDTH);
      for (const [index, offset] of offsets.entries()) {
        bytes.writeBigUInt64BE(BigInt(at + index + 1), index * WIDTH);
        bytes.writeBigUInt64BE(BigInt(offset), index * WIDTH + 8);
      }
      await withFile(path, CREATE, (file) => writeAt(file, bytes, at * WIDTH));
    },
    cut: (count) => withFile(path, CREATE, (file) => file.truncate(count * WIDTH)),
    sync: () => withFile(path, CREATE, (file) => file.datasync()),
  };
}
