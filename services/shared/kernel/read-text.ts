import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Detail } from './errors.js';
import { lineAndColumn } from './line-and-column.js';

/** The text of a file of a folder of policies, or why it has none. */
export type ReadText =
  | { readonly type: 'text'; readonly text: string }
  /** There is nothing of this name. */
  | { readonly type: 'absent' }
  /** It is not a file, or cannot be read. */
  | { readonly type: 'unreadable'; readonly fault: Detail }
  /** It is not UTF-8. */
  | { readonly type: 'bytes'; readonly fault: Detail };

/** Maximum file size; the largest sample policy has a hundredth of it. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/**
 * Reads a file by its path in the folder. Never throws. Reads only regular files of at most 4 MiB, because opening a pipe
 * would block, and only files inside the folder, because findings would quote any file behind a link out of it.
 */
export function readText(folder: string, path: string): ReadText {
  const unreadable = (message: string): ReadText => ({ type: 'unreadable', fault: { path, message } });
  const place = join(folder, path);
  try {
    const status = statSync(place, { throwIfNoEntry: false });
    if (status === undefined) {
      const isLink = lstatSync(place, { throwIfNoEntry: false }) !== undefined;
      return isLink ? unreadable('a link to nothing') : { type: 'absent' };
    }
    if (!realpathSync(place).startsWith(realpathSync(folder) + sep))
      return unreadable('a link out of the folder');
    if (!status.isFile()) return unreadable('not a file');
    if (status.size > MAX_FILE_BYTES) return unreadable('larger than 4 MiB');
    return textIn(path, readFileSync(place));
  } catch {
    return unreadable('not readable');
  }
}

/** Decodes UTF-8. A byte order mark is kept, because digests are over exact texts. */
function textIn(path: string, bytes: Buffer): ReadText {
  const text = bytes.toString('utf8');
  const at = firstLoss(text, bytes);
  if (at === undefined) return { type: 'text', text };
  const byte = bytes[Buffer.byteLength(text.slice(0, at))] ?? 0;
  const message = `the byte 0x${byte.toString(16).padStart(2, '0')} is not UTF-8: save the file as UTF-8`;
  return { type: 'bytes', fault: { path: `${path}:${lineAndColumn(text, at)}`, message } };
}

const REPLACEMENT = '\ufffd';

/** Returns where decoding replaced bytes that are not UTF-8; a replacement character in the file itself is no loss. */
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
