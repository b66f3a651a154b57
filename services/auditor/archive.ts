import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openAppendFile, type TornTail } from '../shared/store/append/append-file.js';
import { type Entry, packEntry, unpackEntry } from '../shared/store/append/archived-entry.js';
import type { OnAlarm } from '../shared/store/derived-database.js';
import type { IndexedEntry, QuarantineIndex } from '../shared/store/append/quarantine-index.js';
import {
  type IndexedRecord,
  openRecordIndex,
  type RecordIndex,
} from '../shared/store/append/record-index.js';
import { digest } from '../shared/trust/digest.js';
import { frames, type SignedSet } from '../shared/wire/frames.js';
import { parseSubject } from '../shared/wire/subjects.js';
import { claimsOf, type RecordClaims } from './record-facts.js';

/** A record in the archive. */
export interface KeptEntry extends Entry {
  /** Number in the archive, from 1; keeps rising over all epochs. */
  readonly number: number;
}

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
  /** Appends records; resolves when all are fsynced. Rejects with `full` or `internal`, and none is archived then. */
  keep(entries: readonly Entry[]): Promise<void>;
  /** Reads up to `limit` records from number `from` on. */
  read(from: number, limit: number): AsyncGenerator<KeptEntry>;
  /** The records about a notice, in order. */
  about(noticeId: string): AsyncGenerator<KeptEntry>;
  /** Numbers of the routing reports on an originator's notices, or on all when `org` is undefined, up to a number; the newest first. */
  routing(org: string | undefined, limit: number, upTo?: number): readonly number[];
  /** Quarantine entries and the numbers of the records about them. */
  readonly quarantine: Omit<QuarantineIndex, 'add' | 'clear'>;
  close(): Promise<void>;
}

const INDEX_BATCH = 512;

/** Opens or creates the archive in a folder. Throws `ledger-damaged` when the file is damaged anywhere but in its torn tail. */
export async function openArchive(folder: string, onAlarm: OnAlarm = () => {}): Promise<Archive> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = await openAppendFile(join(folder, 'records'));
  const index = openRecordIndex(join(folder, 'index.db'), onAlarm);
  // Archived but not indexed yet, because the index could not be written: added with the next batch.
  let unindexed: readonly IndexedRecord[] = [];
  const archive: Archive = {
    torn: file.torn,
    count: file.count,
    lastSeq: (epoch) => index.lastSeq(epoch),
    has: (known) => index.numbersWith(known).length > 0 || unindexed.some(({ digest }) => digest === known),
    numbersWith: (known) => index.numbersWith(known),
    keep: async (entries) => {
      const last = await file.append(entries.map(packEntry));
      const first = last - entries.length + 1;
      unindexed = [...unindexed, ...entries.map((entry, at) => indexed({ ...entry, number: first + at }))];
      try {
        index.add(unindexed);
        unindexed = [];
      } catch {
        // The records are archived; the next batch or the next start updates the index.
      }
    },
    read: async function* (from, limit) {
      for await (const { number, bytes } of file.read(from, limit)) yield { number, ...unpackEntry(bytes) };
    },
    about: async function* (noticeId) {
      for (const number of index.numbersOf(noticeId)) yield* archive.read(number, 1);
    },
    routing: index.routing,
    quarantine: index.quarantine,
    close: async () => {
      await file.close();
      index.close();
    },
  };
  await catchUp(archive, index);
  return archive;
}

/** Brings the index up to the file. An index that does not match the file is built again. */
async function catchUp(archive: Archive, index: RecordIndex): Promise<void> {
  if (!(await agrees(archive, index))) index.clear();
  let batch: IndexedRecord[] = [];
  for await (const entry of archive.read(index.last() + 1, Number.MAX_SAFE_INTEGER)) {
    batch.push(indexed(entry));
    if (batch.length === INDEX_BATCH) index.add(batch.splice(0));
  }
  index.add(batch);
}

async function agrees(archive: Archive, index: RecordIndex): Promise<boolean> {
  const last = index.last();
  if (last === 0) return true;
  for await (const entry of archive.read(last, 1)) return indexed(entry).digest === index.digestOf(last);
  return false;
}

function indexed({ number, epoch, seq, subject, bytes }: KeptEntry): IndexedRecord {
  const record = frames.record.decode(bytes);
  const parts = indexedParts(record.statement);
  const about = parseSubject(subject);
  return {
    number,
    epoch,
    seq,
    digest: digest(record.statement?.statement ?? ''),
    notices: noticesIn([...parts, ...record.receipts.flatMap(indexedParts)]),
    routes: about?.type === 'ledger' && isRouting(record.statement, parts) ? about.org : undefined,
    entries: about?.type === 'ledger' ? parts.flatMap((part) => entryIn(about.org, part)) : [],
    command: parts.map(({ command }) => command).find((id) => typeof id === 'string'),
  };
}

/** True for a report with notices that is not a narrowing. */
function isRouting(statement: SignedSet | null | undefined, parts: readonly RecordClaims[]): boolean {
  const isReport = statement && parts.some(({ type }) => type === 'notice');
  return isReport === true && claimsOf(statement)['type'] === 'routing';
}

/** Parses the parts of a set. Reads only the `jti` of decisions: they are most of a report, and the index needs nothing else. */
function indexedParts(set: SignedSet | null | undefined): readonly RecordClaims[] {
  return (set?.leaves ?? []).map(({ part }) => {
    const text = Buffer.from(part).toString();
    const jti = DECISION.exec(text)?.[1];
    return jti === undefined ? (JSON.parse(text) as RecordClaims) : { type: 'decision', jti };
  });
}

/** A decision part as a router writes it. Its strict parsing before archiving excludes duplicate keys. */
const DECISION = /^\{"type":"(?:decision|denial|others)","jti":"([0-9a-f-]{36}\.[0-9]+)"/;

/** Ids of the notices that the parts of a report or a receipt name by their `jti`. */
function noticesIn(parts: readonly RecordClaims[]): readonly string[] {
  return [...new Set(parts.flatMap(({ jti }) => (typeof jti === 'string' ? jti.split('.', 1) : [])))];
}

function entryIn(org: string, { type, entry, outcome, reason }: RecordClaims): readonly IndexedEntry[] {
  if (typeof entry !== 'string') return [];
  if (type === 'quarantined') return [{ org, entry, effect: 'opens', reason: String(reason) }];
  const isClosing = outcome === 'routed' || outcome === 'discarded';
  return [{ org, entry, effect: isClosing ? 'closes' : 'none', reason: '' }];
}
