import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase64, encodeBase64 } from '../../shared/kernel/base64.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { parseHashLines } from '../../shared/tlog/hash-lines.js';
import { formatEntryBundle, parseEntryBundle } from '../../shared/tlog/tiles.js';

/** The newest checkpoint that was signed, as one file, so that its parts never differ in age. */
export interface StoredHead {
  /** The signed note. */
  readonly note: string;
  /** The number of the last record in its tree. */
  readonly records: number;
  /** The proof that it follows from the checkpoint that was published before. */
  readonly proof: readonly Uint8Array[];
  /** The entries of its last bundle, which is partial and therefore no tile file. */
  readonly entries: readonly Uint8Array[];
}

/** Where the newest checkpoint is stored. */
export interface HeadFile {
  /** Returns undefined before the first checkpoint. Throws `ledger-damaged`. */
  read(): StoredHead | undefined;
  /** Resolves when the file is fsynced. */
  write(head: StoredHead): Promise<void>;
}

const NAME = 'head.json';

/** Opens the file in the folder of a log, which is made if it is missing. */
export function openHeadFile(folder: string): HeadFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, NAME);
  return {
    read: () => (existsSync(path) ? parseHead(readFileSync(path)) : undefined),
    write: async ({ note, records, proof, entries }) => {
      const bundle = encodeBase64(formatEntryBundle(entries));
      writeWhole(path, JSON.stringify({ note, records, proof: proof.map(encodeBase64), entries: bundle }));
      await syncFolder(folder);
    },
  };
}

function parseHead(bytes: Uint8Array): StoredHead {
  try {
    const { note, records, proof, entries } = Object(parseStrictJson(bytes)) as Record<string, unknown>;
    if (typeof note !== 'string' || !Number.isSafeInteger(records)) throw new TypeError('no note');
    const bundle = parseEntryBundle(decodeBase64(String(entries)) ?? Uint8Array.of(1));
    return { note, records: records as number, proof: parseHashLines(proof as string[]), entries: bundle };
  } catch {
    throw fail('ledger-damaged', `\`${NAME}\` of the log is unreadable`);
  }
}
