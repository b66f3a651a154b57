import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../../shared/kernel/errors.js';
import { parseStrictJson } from '../../../shared/kernel/strict-json.js';
import { writeWhole } from '../../../shared/kernel/write-whole.js';
import { syncFolder } from '../../../shared/store/append/file-sync.js';

/**
 * Stores, over a restart, that witnesses may have cosigned more of the log than the disk has, and the checkpoint that one
 * showed.
 */
export interface DoubtFile {
  /**
   * Returns the note of the largest known checkpoint that the disk lacks, empty for none; undefined without a doubt. Throws
   * `ledger-damaged`.
   */
  read(): string | undefined;
  /** Resolves when the doubt is fsynced. */
  write(note: string): Promise<void>;
  remove(): Promise<void>;
}

const NAME = 'doubt.json';

/** Opens the file in the folder of a log. */
export function openDoubtFile(folder: string): DoubtFile {
  const path = join(folder, NAME);
  return {
    read: () => (existsSync(path) ? parseDoubt(readFileSync(path)) : undefined),
    write: async (note) => {
      writeWhole(path, JSON.stringify({ note }));
      await syncFolder(folder);
    },
    remove: async () => {
      rmSync(path, { force: true });
      await syncFolder(folder);
    },
  };
}

function parseDoubt(bytes: Uint8Array): string {
  try {
    const { note } = Object(parseStrictJson(bytes)) as { readonly note?: unknown };
    if (typeof note !== 'string') throw new TypeError('no note');
    return note;
  } catch {
    throw fail('ledger-damaged', `\`${NAME}\` of the log is unreadable`);
  }
}
