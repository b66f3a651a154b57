import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import { describeSystemError } from './file-errors.js';

/** Reads a file that the user named. Throws `usage`, with the reason, where it cannot be read, and `oversize` beyond `maxBytes`. */
export function readGivenFile(path: string, maxBytes: number): Buffer {
  const file = open(path);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw fail('usage', `\`${path}\` is not a file`);
    if (status.size > maxBytes) throw fail('oversize', `\`${path}\` has more than ${maxBytes} bytes`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (thrown) {
    const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    const words = isMissing ? 'it does not exist' : describeSystemError(thrown);
    throw fail('usage', `\`${path}\` cannot be read: ${words}`);
  }
}
