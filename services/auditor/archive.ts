import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openAppendFile, type TornTail } from '../shared/store/append/append-file.js';
import { type Entry, type KeptEntry, packEntry, unpackEntry } from '../shared/store/append/archived-entry.js';
import type { QuarantineIndex } from '../shared/store/append/quarantine-index.js';
import type { DirectoryForkNumbers } from '../shared/store/append/record-index.js';
import type { HeldIndex } from '../shared/store/append/held-index.js';
import { type ArchiveAlarms, openArchiveIndex, type ReadEntries } from './archive-index.js';

/** The auditor's append-only file of records, with an index derived from it. */
export interface Archive {
  /** What was cut off the end of the file when it was opened; undefined for a sound file. */
  readonly torn: TornTail | undefined;
  /** Number of records in the file. */
  count(): number;
  /** The highest archived LEDGER sequence of an epoch; 0 when there is none. */
  lastSeq(epoch: string): number;
  /** True when a record whose statement has this digest is archived. */
  has(digest: string): boolean;
  /** The number of the record whose statement has this digest; empty when there is none. */
  numbersWith(digest: string): readonly number[];
  /**
   * Appends records; resolves when all are fsynced. Rejects with `full`, `internal` or `not-ready`, and then archives none.
   */
  keep(entries: readonly Entry[]): Promise<void>;
  /** Reads up to `limit` records from number `from` on. */
  readonly read: ReadEntries;
  /** The records about a notice, in order. */
  about(noticeId: string): AsyncGenerator<KeptEntry>;
  /**
   * Numbers, up to `upTo`, of the routing reports on an originator's notices, or on all notices if `org` is undefined;
   * newest first.
   */
  routing(org: string | undefined, limit: number, upTo?: number): readonly number[];
  /** Numbers of the records that were ruled out, newest first. */
  ruledOut(limit: number): readonly number[];
  /** How many records before this number were ruled out. */
  ruledOutBefore(number: number): number;
  /** The numbers, from `from` on, of the records that put recalls in force; oldest first. */
  recalls(from: number, limit: number): readonly number[];
  /** For each version of the directory that records give two digests, the numbers of two such records; the first `limit` versions. */
  directoryForks(limit: number): readonly DirectoryForkNumbers[];
  /** Quarantine entries and the numbers of the records about them. */
  readonly quarantine: Omit<QuarantineIndex, 'add' | 'clear'>;
  /** The recipients that hold each notice, by the records up to `held.upTo()`. */
  readonly held: Omit<HeldIndex, 'clear'>;
  close(): Promise<void>;
}

/** How long opening waits for the index to catch up, in milliseconds; after that it catches up while the auditor runs. */
const START_WAIT_MS = 1_000;

/**
 * Opens or creates the archive in a folder. While its index is behind the file, `keep` and all queries by the index throw
 * `not-ready`. Throws `ledger-damaged` as `openAppendFile` does.
 */
export async function openArchive(folder: string, alarms: ArchiveAlarms = {}): Promise<Archive> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = await openAppendFile(join(folder, 'records'));
  const read: ReadEntries = async function* (from, limit) {
    for await (const { number, bytes } of file.read(from, limit)) yield { number, ...unpackEntry(bytes) };
  };
  const index = openArchiveIndex({ path: join(folder, 'index.db'), read, ...alarms });
  const archive: Archive = {
    torn: file.torn,
    count: file.count,
    lastSeq: (epoch) => index.current().lastSeq(epoch),
    has: (known) => index.current().numbersWith(known).length > 0,
    numbersWith: (known) => index.current().numbersWith(known),
    keep: createKeep(file, index),
    read,
    about: async function* (noticeId) {
      for (const number of index.current().numbersOf(noticeId)) yield* read(number, 1);
    },
    routing: (...asked) => index.current().routing(...asked),
    ruledOut: (limit) => index.current().ruledOut(limit),
    ruledOutBefore: (number) => index.current().ruledOutBefore(number),
    recalls: (from, limit) => index.current().recalls(from, limit),
    directoryForks: (limit) => index.current().directoryForks(limit),
    get quarantine() {
      return index.current().quarantine;
    },
    get held() {
      return index.current().held;
    },
    close: async () => {
      await index.close();
      await file.close();
    },
  };
  await index.caughtUp(START_WAIT_MS);
  return archive;
}

function createKeep(
  file: Awaited<ReturnType<typeof openAppendFile>>,
  index: ReturnType<typeof openArchiveIndex>,
): Archive['keep'] {
  return async (entries) => {
    index.current();
    const last = await file.append(entries.map(packEntry));
    const first = last - entries.length + 1;
    index.add(entries.map((entry, at) => ({ ...entry, number: first + at })));
  };
}
