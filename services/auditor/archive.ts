import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../shared/kernel/errors.js';
import { openAppendFile, type TornTail } from '../shared/store/append/append-file.js';
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

/** A record as it came from the LEDGER stream. */
export interface Entry {
  readonly epoch: string;
  readonly seq: number;
  readonly subject: string;
  /** Exact bytes of a `Record`. */
  readonly bytes: Uint8Array;
}

export interface KeptEntry extends Entry {
  /** Its place in the file, from 1: rises for ever, over all epochs. */
  readonly number: number;
}

/** The auditor's own file of records, with the index that is derived from it. */
export interface Archive {
  readonly torn: TornTail | undefined;
  count(): number;
  /** The highest LEDGER sequence kept of an epoch; 0 when none. */
  lastSeq(epoch: string): number;
  /** By the digest of a record's statement. */
  has(digest: string): boolean;
  /** Resolves when all are fsynced. Rejects with `full` or `internal`; then none is kept. */
  keep(entries: readonly Entry[]): Promise<void>;
  read(from: number, limit: number): AsyncGenerator<KeptEntry>;
  /** The records that speak of a notice, in order. */
  about(noticeId: string): AsyncGenerator<KeptEntry>;
  /** The numbers of records that decide about somebody's notices, or about anybody's; the newest first. */
  routing(org: string | undefined, limit: number): readonly number[];
  /** What went to quarantine, by the numbers of the records that say so. */
  readonly quarantine: Omit<QuarantineIndex, 'add' | 'clear'>;
  close(): Promise<void>;
}

const INDEX_BATCH = 512;

/** Throws `ledger-damaged` when the file is damaged anywhere but in its torn tail. */
export async function openArchive(folder: string, onAlarm: OnAlarm = () => {}): Promise<Archive> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = await openAppendFile(join(folder, 'records'));
  const index = openRecordIndex(join(folder, 'index.db'), onAlarm);
  // What is kept but not indexed yet, because the index could not be written: the next batch takes it along.
  let unindexed: readonly IndexedRecord[] = [];
  const archive: Archive = {
    torn: file.torn,
    count: file.count,
    lastSeq: (epoch) => index.lastSeq(epoch),
    has: (known) => index.has(known) || unindexed.some(({ digest }) => digest === known),
    keep: async (entries) => {
      const last = await file.append(entries.map(pack));
      const first = last - entries.length + 1;
      unindexed = [...unindexed, ...entries.map((entry, at) => indexed({ ...entry, number: first + at }))];
      try {
        index.add(unindexed);
        unindexed = [];
      } catch {
        // Kept all the same; at the latest the next start makes the index catch up.
      }
    },
    read: async function* (from, limit) {
      for await (const { number, bytes } of file.read(from, limit)) yield { number, ...unpack(bytes) };
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

/** The file rules: what the index lacks is added; an index of another file or of more than there is starts anew. */
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

/** A report with notices that is not a narrowing of another. */
function isRouting(statement: SignedSet | null | undefined, parts: readonly RecordClaims[]): boolean {
  const isReport = statement && parts.some(({ type }) => type === 'notice');
  return isReport === true && claimsOf(statement)['type'] === 'routing';
}

/** Of what is decided only which notice it is of: they are most of a report, and the index needs no more of them. */
function indexedParts(set: SignedSet | null | undefined): readonly RecordClaims[] {
  return (set?.leaves ?? []).map(({ part }) => {
    const text = Buffer.from(part).toString();
    const jti = DECISION.exec(text)?.[1];
    return jti === undefined ? (JSON.parse(text) as RecordClaims) : { type: 'decision', jti };
  });
}

/** As a router writes one; no name stands in a part twice, for it was read strictly before it was kept. */
const DECISION = /^\{"type":"(?:decision|denial|others)","jti":"([0-9a-f-]{36}\.[0-9]+)"/;

/** Every part of a report or a receipt that speaks of a notice names its `jti`. */
function noticesIn(parts: readonly RecordClaims[]): readonly string[] {
  return [...new Set(parts.flatMap(({ jti }) => (typeof jti === 'string' ? jti.split('.', 1) : [])))];
}

function entryIn(org: string, { type, entry, outcome, reason }: RecordClaims): readonly IndexedEntry[] {
  if (typeof entry !== 'string') return [];
  if (type === 'quarantined') return [{ org, entry, effect: 'opens', reason: String(reason) }];
  const isClosing = outcome === 'routed' || outcome === 'discarded';
  return [{ org, entry, effect: isClosing ? 'closes' : 'none', reason: '' }];
}

/** One line of JSON, then the record's bytes untouched. */
function pack({ bytes, ...where }: Entry): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(where)}\n`), bytes]);
}

function unpack(packed: Uint8Array): Entry {
  const end = packed.indexOf(0x0a);
  const where: unknown = end === -1 ? undefined : JSON.parse(Buffer.from(packed.subarray(0, end)).toString());
  if (!isWhere(where)) throw fail('ledger-damaged', 'a record of the file has no place in the ledger');
  const { epoch, seq, subject } = where;
  return { epoch, seq, subject, bytes: packed.subarray(end + 1) };
}

function isWhere(value: unknown): value is Omit<Entry, 'bytes'> {
  const { epoch, seq, subject } = Object(value) as Partial<Record<keyof Entry, unknown>>;
  return typeof epoch === 'string' && Number.isSafeInteger(seq) && typeof subject === 'string';
}
