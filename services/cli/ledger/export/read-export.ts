import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { boundedLines } from '../../../shared/kernel/bounded-lines.js';
import { errorFrom, fail } from '../../../shared/kernel/errors.js';
import type { ExportReader } from '../../../shared/verify/ledger-export/export-reader.js';
import { MAX_RECORD_LINE } from '../../../shared/verify/ledger-export/record-line.js';
import { EVIDENCE_LIMITS } from '../../../shared/verify/statements.js';
import { describeSystemError } from '../../home/file-errors.js';

/** Opening neither follows a link nor waits for the writer of a pipe, because the folder may come from an untrusted source. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Creates the reader of an export in a folder. Its methods throw `usage` for a path that is not a file, leads through a link or
 * cannot be read.
 */
export function folderReader(folder: string): ExportReader {
  return {
    file: async (path) => {
      const file = await openFile(folder, path);
      try {
        return await file?.readFile();
      } finally {
        await file?.close();
      }
    },
    lines: async function* (path) {
      const file = await openFile(folder, path, Number.MAX_SAFE_INTEGER);
      try {
        if (file !== undefined)
          yield* boundedLines(file.createReadStream({ autoClose: false }), MAX_RECORD_LINE);
      } catch (thrown) {
        const { code, message } = errorFrom(thrown);
        throw fail(code, `\`${join(folder, path)}\`: ${message}`);
      } finally {
        await file?.close();
      }
    },
  };
}

async function openFile(
  folder: string,
  within: string,
  maxBytes = EVIDENCE_LIMITS.bytes,
): Promise<FileHandle | undefined> {
  const path = join(folder, within);
  const file = await open(path, READ).catch((thrown: unknown) => {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw fail('usage', `\`${path}\` cannot be read: ${describeSystemError(thrown)}`);
  });
  if (file === undefined) return undefined;
  const status = await file.stat();
  const isInside = (await realpath(path)) === join(await realpath(folder), within);
  if (isInside && status.isFile() && status.size <= maxBytes) return file;
  await file.close();
  throw fail('usage', `\`${path}\` is not a file of the folder, or larger than any file of an export`);
}
