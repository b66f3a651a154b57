import { lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Detail } from '../kernel/errors.js';
import { lineAndColumn } from './rule-text.js';

/** What a file of a folder of policies holds, or why that cannot be told. */
export type ReadText =
  | { readonly type: 'text'; readonly text: string }
  /** There is nothing of this name. */
  | { readonly type: 'absent' }
  /** It is no file, or may not be read. */
  | { readonly type: 'unreadable'; readonly fault: Detail }
  /** It is not UTF-8. */
  | { readonly type: 'bytes'; readonly fault: Detail };

/** Reads a file by its path in the folder. Never throws, and never waits as a pipe would let it. */
export function readText(folder: string, path: string): ReadText {
  const unreadable = (message: string): ReadText => ({ type: 'unreadable', fault: { path, message } });
  const place = join(folder, path);
  try {
    const status = statSync(place, { throwIfNoEntry: false });
    if (status === undefined) {
      const isLink = lstatSync(place, { throwIfNoEntry: false }) !== undefined;
      return isLink ? unreadable('a link to nothing') : { type: 'absent' };
    }
    return status.isFile() ? textIn(path, readFileSync(place)) : unreadable('is no file');
  } catch {
    return unreadable('not readable');
  }
}

/** A byte order mark stays: digests are over exact texts. */
function textIn(path: string, bytes: Buffer): ReadText {
  const text = bytes.toString('utf8');
  const at = firstLoss(text, bytes);
  if (at === undefined) return { type: 'text', text };
  const byte = bytes[Buffer.byteLength(text.slice(0, at))] ?? 0;
  const message = `the byte 0x${byte.toString(16).padStart(2, '0')} is not UTF-8: save the file as UTF-8`;
  return { type: 'bytes', fault: { path: `${path}:${lineAndColumn(text, at)}`, message } };
}

const REPLACEMENT = '\ufffd';

/** Where a character stands for bytes that are none; one that the file itself holds is no loss. */
function firstLoss(text: string, bytes: Buffer): number | undefined {
  if (Buffer.from(text, 'utf8').equals(bytes)) return undefined;
  let offset = 0;
  let last = 0;
  for (let at = text.indexOf(REPLACEMENT); at !== -1; at = text.indexOf(REPLACEMENT, at + 1)) {
    offset += Buffer.byteLength(text.slice(last, at));
    if (bytes.toString('hex', offset, offset + 3) !== 'efbfbd') return at;
    last = at;
  }
  return undefined;
}
