import { readFileSync } from 'node:fs';

/** One entry of the journal of `journal.c`, which says what each type means. */
export interface JournalEntry {
  readonly type: string;
  readonly inode: bigint;
  readonly number: bigint;
  readonly bytes: Buffer;
  readonly path: string;
  /** Of a rename. */
  readonly to: string;
  /** Of a flush. */
  readonly canWrite: boolean;
}

const HEAD = 21;

/** Yields the entries; a process that was killed may have written a part of the last one, which is left out. */
export function* readJournal(path: string): Generator<JournalEntry> {
  const all = readFileSync(path);
  for (let at = 0; at + HEAD <= all.length; ) {
    const end = at + HEAD + all.readUInt32LE(at + 17);
    if (end > all.length) return;
    const bytes = all.subarray(at + HEAD, end);
    const type = String.fromCharCode(all[at] ?? 0);
    const [name = '', to = ''] = 'CNRU'.includes(type) ? bytes.toString().split('\0') : [];
    yield {
      type,
      inode: all.readBigUInt64LE(at + 1),
      number: all.readBigUInt64LE(at + 9),
      bytes,
      path: name,
      to,
      canWrite: bytes[0] === 1,
    };
    at = end;
  }
}
