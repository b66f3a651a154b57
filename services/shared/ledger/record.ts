import { fail, isCode, LiaisonError } from '../kernel/errors.js';
import type { OrgId } from '../kernel/ids.js';
import { digest, isDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { claimedTyp } from '../trust/parse-compact-jws.js';
import type { Claims, Typ } from '../trust/jws.js';
import { verifySet } from '../trust/signed-set.js';
import { frames, type LedgerRecord, type SignedSet } from '../wire/frames.js';
import { type CommandRecord, readCommandRecord } from './command-record.js';
import { spelledOut } from './others.js';
import { type QuarantineRecord, readQuarantine } from './quarantine-record.js';
import { type RecordHead, malformed, readHead } from './record-head.js';
import {
  type DecisionPart,
  type DenialPart,
  type NoticePart,
  parseHeldPart,
  parseReceiptsPart,
  type ReceiptsPart,
  type RefusalPart,
} from './record-parts.js';

/** A routing report, or its narrowing before a parked delivery was sent. */
export interface Report extends RecordHead {
  readonly type: 'report';
  readonly reason: 'routing' | 'narrowing';
  /** Version of the directory used to decide. */
  readonly directory: number;
  /** Digests of the policy sets used to decide, by name. */
  readonly policies: Readonly<Record<string, string>>;
  /** Digest of the adopted bundle that these sets are part of; records of before the field have none. */
  readonly bundle?: string | undefined;
  readonly submission: SubmissionName | null;
  readonly notices: readonly NoticePart[];
  readonly decisions: readonly DecisionPart[];
  readonly denials: readonly DenialPart[];
  readonly refusals: readonly RefusalPart[];
}

/** A record of receipts as their recipients signed them; the hub's signature says when they arrived, and from whom. */
export interface Receipts extends RecordHead {
  readonly type: 'receipts';
  readonly receipts: readonly (ReceiptsPart & { readonly set: SignedSet })[];
}

/** A verified record of any type. */
export type VerifiedRecord = Report | Receipts | QuarantineRecord | CommandRecord;

/** The reference to a submission statement: its number and digest. */
export interface SubmissionName {
  readonly number: number;
  readonly digest: string;
}

/** The directory and the time against which a record is verified. */
export interface VerificationContext {
  readonly directory: Directory;
  readonly now: Date;
  /** When it was stored, as stated by the store that holds it; a hub key revoked after that is still accepted. */
  readonly recorded?: Date;
  /** The organisation that the record must be about. */
  readonly org?: OrgId;
}

/**
 * Decodes a record strictly and verifies the hub's signature and every part. Throws `frame-unreadable`, as `verifySet` does,
 * `contract-unknown` for a form that the hub signed and this version cannot read, and `issuer-mismatch` if it is about another
 * organisation.
 */
export async function readRecord(bytes: Uint8Array, reading: VerificationContext): Promise<VerifiedRecord> {
  return verifyRecord(frames.record.decode(bytes), reading);
}

/** As `readRecord`, for a record that is part of a frame. */
async function verifyRecord(record: LedgerRecord, reading: VerificationContext): Promise<VerifiedRecord> {
  const { statement } = record;
  if (!statement) throw fail('frame-unreadable', 'a record has no statement');
  const { directory, org, ...times } = reading;
  // The claimed type selects the checks; the signature covers it.
  const typ = claimedTyp(statement.statement);
  const { claims, parts } = await verifySet(statement, {
    typ,
    use: 'hub',
    key: directory.key,
    issuer: 'hub',
    audience: directory.federation,
    ...times,
  });
  const read = inContract(() => readOf(typ, record, { head: readHead(claims, statement), claims, parts }));
  if (org !== undefined && read.org !== org) {
    throw fail('issuer-mismatch', 'a record is on the subject of another organisation');
  }
  return read;
}

/** Parses content that the hub signed. A parser error means a form of another version, because the signature is valid. */
function inContract<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (isCode(thrown, 'schema-invalid', 'id-invalid')) throw unknownContract(thrown);
    throw thrown;
  }
}

const unknownContract = (cause?: unknown): LiaisonError =>
  new LiaisonError('contract-unknown', 'the hub signed a record in a form that this version does not know', {
    cause,
  });

const TYPS: readonly Typ[] = [
  'report+jws',
  'quarantine-record+jws',
  'receipt-record+jws',
  'command-record+jws',
];

interface Held {
  readonly head: RecordHead;
  readonly claims: Claims;
  readonly parts: readonly unknown[];
}

function readOf(
  typ: Typ,
  { receipts, command = '' }: LedgerRecord,
  { head, claims, parts }: Held,
): VerifiedRecord {
  if (!TYPS.includes(typ)) throw unknownContract();
  const isAlone = receipts.length === 0 && command === '';
  if (typ === 'report+jws' && isAlone) return readReport(head, claims, parts);
  if (typ === 'quarantine-record+jws' && isAlone) return readQuarantine(head, parts);
  if (typ === 'receipt-record+jws' && command === '') return readReceipts(head, receipts, parts);
  if (typ === 'command-record+jws' && receipts.length === 0) return readCommandRecord(head, command, parts);
  throw malformed();
}

/** Verifies a record that must be a report. Throws as `readRecord` does, and `token-malformed` for another record. */
export async function verifyReport(record: LedgerRecord, reading: VerificationContext): Promise<Report> {
  const read = await verifyRecord(record, reading);
  if (read.type === 'report') return read;
  throw fail('token-malformed', 'expected a report, got another record');
}

function readReport(head: RecordHead, claims: Claims, values: readonly unknown[]): Report {
  const { type: reason, directory, policies, bundle, submission } = claims;
  if (reason !== 'routing' && reason !== 'narrowing') throw unknownContract();
  if (!Number.isSafeInteger(directory) || typeof policies !== 'object' || policies === null)
    throw unknownContract();
  if (bundle !== undefined && !isDigest(bundle)) throw unknownContract();
  const parts = spelledOut(values.map(parseHeldPart));
  return {
    ...head,
    type: 'report',
    reason,
    directory: directory as number,
    policies: policies as Readonly<Record<string, string>>,
    bundle,
    submission: readSubmission(submission),
    notices: parts.filter((part): part is NoticePart => part.type === 'notice'),
    decisions: parts.filter((part): part is DecisionPart => part.type === 'decision'),
    denials: parts.filter((part): part is DenialPart => part.type === 'denial'),
    refusals: parts.filter((part): part is RefusalPart => part.type === 'refusal'),
  };
}

function readSubmission(value: unknown): SubmissionName | null {
  if (value === null) return null;
  const { number, digest } = Object(value) as Partial<Record<keyof SubmissionName, unknown>>;
  if (Number.isSafeInteger(number) && typeof digest === 'string') return { number: number as number, digest };
  throw unknownContract();
}

function readReceipts(head: RecordHead, sets: readonly SignedSet[], values: readonly unknown[]): Receipts {
  if (sets.length === 0 || sets.length !== values.length) throw malformed();
  const receipts = sets.map((set, index) => {
    const part = parseReceiptsPart(values[index]);
    if (part.digest !== digest(set.statement)) throw malformed();
    return { ...part, set };
  });
  return { ...head, type: 'receipts', receipts };
}
