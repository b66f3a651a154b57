import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** The number of a record, from 1, and the offset in bytes at which it begins. */
export interface Position {
  readonly number: number;
  readonly offset: number;
}

/** A record, its position and that of the record behind it. */
export interface Located {
  readonly position: Position;
  readonly bytes: Uint8Array;
  readonly next: Position;
}

/** The position of the first record. */
export const START: Position = { number: 1, offset: 0 };

/*
 * magic (4) · length (4) · vouched (8) · CRC-32 (4) · bytes
 * `vouched`: the length of the file that was fsynced before this record's batch. It separates a torn tail from damage.
 */
const MAGIC = Buffer.from('LGR1');
const HEAD = 20;
/** The longest record, in bytes. */
export const MAX_LENGTH = 16 * 1024 * 1024;
const CHUNK = 1024 * 1024;

/** Encodes a record; `vouched` is the length of the file that is on disk. */
export function encodeRecord(bytes: Uint8Array, vouched: number): Uint8Array {
  const record = Buffer.alloc(HEAD + bytes.length);
  MAGIC.copy(record);
  record.writeUInt32BE(bytes.length, 4);
  record.writeBigUInt64BE(BigInt(vouched), 8);
  record.set(bytes, HEAD);
  record.writeUInt32BE(checksum(record), 16);
  return record;
}

function checksum(record: Uint8Array): number {
  return crc32(record.subarray(HEAD), crc32(record.subarray(0, 16)));
}

/** Overhead of one record in the file, in bytes. */
export const OVERHEAD = HEAD;

/** Decodes a record; undefined unless `encoded` is exactly one undamaged record. */
export function decodeRecord(encoded: Buffer): Uint8Array | undefined {
  if (encoded.length < HEAD || !encoded.subarray(0, 4).equals(MAGIC)) return undefined;
  if (encoded.readUInt32BE(4) !== encoded.length - HEAD) return undefined;
  return checksum(encoded) === encoded.readUInt32BE(16) ? encoded.subarray(HEAD) : undefined;
}

/** Yields whole records from `start` on until the end of the file, a torn tail or damage. */
export async function* recordsFrom(file: FileHandle, start: Position): AsyncGenerator<Located> {
  const window = createWindow(file);
  let position = start;
  for (;;) {
    const record = await recordAt(window, position.offset);
    if (record === undefined) return;
    const next = { number: position.number + 1, offset: position.offset + record.length };
    yield { position, bytes: record.subarray(HEAD), next };
    position = next;
  }
}

/** Returns the largest `vouched` length of any whole record after `offset`; 0 when there is none. */
export async function lastVouch(file: FileHandle, offset: number): Promise<number> {
  const window = createWindow(file);
  let furthest = 0;
  for (let at = offset + 1; ; ) {
    const bytes = await window(at, CHUNK);
    if (bytes.length < HEAD) return furthest;
    const found = bytes.indexOf(MAGIC);
    if (found === -1) {
      at += bytes.length - MAGIC.length + 1;
      continue;
    }
    const record = await recordAt(window, at + found);
    if (record !== undefined) furthest = Math.max(furthest, Number(record.readBigUInt64BE(8)));
    at += found + (record?.length ?? 1);
  }
}

type Window = (offset: number, length: number) => Promise<Buffer>;

/** Reads ahead in chunks; returns fewer bytes than requested only at the end of the file. */
function createWindow(file: FileHandle): Window {
  let held: Buffer = Buffer.alloc(0);
  let from = 0;
  return async (offset, length) => {
    if (offset < from || offset + length > from + held.length) {
      held = await readAt(file, offset, Math.max(length, CHUNK));
      from = offset;
    }
    return held.subarray(offset - from, offset - from + length);
  };
}

/** Reads from an offset; returns fewer bytes than requested only at the end of the file. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function recordAt(window: Window, offset: number): Promise<Buffer | undefined> {
  const head = await window(offset, HEAD);
  if (head.length < HEAD || !head.subarray(0, 4).equals(MAGIC)) return undefined;
  const length = HEAD + head.readUInt32BE(4);
  if (length > HEAD + MAX_LENGTH) return undefined;
  const record = await window(offset, length);
  return decodeRecord(record) === undefined ? undefined : record;
}
