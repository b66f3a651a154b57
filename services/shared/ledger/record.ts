import { fail, isCode, LiaisonError } from '../kernel/errors.js';
import type { OrgId } from '../kernel/ids.js';
import { isDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { claimedTyp } from '../trust/parse-compact-jws.js';
import type { Claims, Typ } from '../trust/jws.js';
import { verifySet } from '../trust/signed-set.js';
import { frames, type LedgerRecord } from '../wire/frames.js';
import { type CommandRecord, readCommandRecord } from './command-record.js';
import { type AdoptionRecord, readAdoptionRecord } from './release/adoption-record.js';
import { type DirectoryRecord, readDirectoryRecord } from './directory/directory-record.js';
import { byType, type PartsByType } from './report/parts-by-type.js';
import { requireSignedFiles } from './release/release.js';
import { spelledOut } from './report/spelled-out.js';
import { type QuarantineRecord, readQuarantine } from './quarantine-record.js';
import { type Receipts, readReceipts } from './receipt/receipts-record.js';
import { type RecordHead, malformed, readHead, requireDigests } from './record-head.js';
import type { SharePart, SubmissionName } from './record-own-parts.js';
import { type HeldPart, parseHeldPart } from './record-parts.js';
import { membersTree } from './record-tree.js';

/** A routing report, or its narrowing before a parked delivery was sent. */
export interface Report extends RecordHead, PartsByType {
  readonly type: 'report';
  readonly reason: 'routing' | 'narrowing';
  /** Version of the directory used to decide. */
  readonly directory: number;
  /** All members of that directory, sorted. */
  readonly members: readonly OrgId[];
  /** Digests of the policy sets used to decide, by name. */
  readonly policies: Readonly<Record<string, string>>;
  /** Digest of the adopted bundle that these sets are part of; a hub that adopts none gives none. */
  readonly bundle?: string | undefined;
  readonly submission: SubmissionName | null;
  /** What recipients are shown of the decisions. */
  readonly shares: readonly SharePart[];
  /** The actions, requests, key requests and releases that the parts name, in their order; without disclosures. */
  readonly beside: Pick<LedgerRecord, 'actions' | 'requests' | 'keyRequests' | 'releases'>;
}

/** A verified record of any type. */
export type VerifiedRecord =
  | Report
  | Receipts
  | QuarantineRecord
  | CommandRecord
  | DirectoryRecord
  | AdoptionRecord;

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

interface Held {
  readonly head: RecordHead;
  readonly claims: Claims;
  readonly parts: readonly unknown[];
}

/** The reader of each type of record. */
const READERS: Readonly<Partial<Record<Typ, (record: LedgerRecord, held: Held) => VerifiedRecord>>> = {
  'report+jws': readReport,
  'quarantine-record+jws': (_record, { head, parts }) => readQuarantine(head, parts),
  'receipt-record+jws': (record, { head, parts }) => readReceipts(head, record, parts),
  'command-record+jws': ({ command = '' }, { head, parts }) => readCommandRecord(head, command, parts),
  'directory-record+jws': (_record, { head, parts }) => readDirectoryRecord(head, parts),
  'adoption-record+jws': (_record, { head, parts }) => readAdoptionRecord(head, parts),
};

function readOf(typ: Typ, record: LedgerRecord, held: Held): VerifiedRecord {
  const read = READERS[typ];
  if (read === undefined) throw unknownContract();
  requireOnly(typ, record);
  return read(record, held);
}

/** The fields that each type of record may have beside its statement. */
const BESIDE: Readonly<Partial<Record<Typ, readonly (keyof LedgerRecord)[]>>> = {
  'report+jws': ['actions', 'requests', 'keyRequests', 'releases'],
  'receipt-record+jws': ['receipts', 'changes', 'receiptsStatement'],
  'command-record+jws': ['command'],
};

/**
 * Requires a record to have beside its statement only fields that its type may have. Throws `token-malformed`.
 */
function requireOnly(typ: Typ, record: LedgerRecord): void {
  const { statement: _statement, ...beside } = record;
  const present = Object.entries(beside).filter(
    // `contract` belongs to the codec.
    ([name, value]) => name !== 'contract' && (typeof value !== 'object' ? value !== '' : value.length > 0),
  );
  if (present.some(([name]) => !BESIDE[typ]?.some((allowed) => allowed === name))) throw malformed();
}

/** Verifies a record that must be a report. Throws as `readRecord` does, and `token-malformed` for another record. */
export async function verifyReport(record: LedgerRecord, reading: VerificationContext): Promise<Report> {
  const read = await verifyRecord(record, reading);
  if (read.type === 'report') return read;
  throw fail('token-malformed', 'expected a report, got another record');
}

function readReport(record: LedgerRecord, { head, claims, parts: values }: Held): Report {
  const { type: reason, directory, bundle, members } = claims;
  if (reason !== 'routing' && reason !== 'narrowing') throw unknownContract();
  if (!Number.isSafeInteger(directory)) throw unknownContract();
  if (bundle !== undefined && !isDigest(bundle)) throw unknownContract();
  const held = values.map(parseHeldPart);
  const [tree, basis] = held;
  if (tree?.type !== 'tree' || basis?.type !== 'basis' || !isFramed(held, reason)) throw unknownContract();
  if (membersTree(tree, { parts: held, leaves: head.statement.leaves }).root !== members)
    throw fail('digest-mismatch', 'the tree of members is not that of the statement');
  const parts = spelledOut(held, { originator: head.org, reason });
  const report: Report = {
    ...head,
    type: 'report',
    reason,
    directory: directory as number,
    members: tree.orgs,
    policies: basis.policies,
    bundle,
    submission: basis.submission,
    shares: held.filter((part) => part.type === 'share'),
    ...byType(parts),
    beside: {
      actions: record.actions ?? [],
      requests: record.requests ?? [],
      keyRequests: record.keyRequests ?? [],
      releases: record.releases ?? [],
    },
  };
  if (NOT_IN[reason].some((name) => report[name].length > 0) || !isHandedAccepted(report))
    throw unknownContract();
  requireDigests(report.actions, record.actions?.map(({ statement }) => statement) ?? []);
  requireDigests(report.asks, record.requests ?? []);
  requireDigests(report.keyRequests, record.keyRequests ?? []);
  requireDigests(report.releases, record.releases?.map(({ statement }) => statement) ?? []);
  requireSignedFiles(record.releases ?? []);
  return report;
}

/** The parts that no report of this reason has. */
const NOT_IN: Readonly<Record<Report['reason'], readonly (keyof PartsByType)[]>> = {
  routing: ['unacts'],
  narrowing: ['denials', 'refusals', 'seeds', 'actions', 'acts', 'asks', 'keyRequests', 'releases'],
};

/**
 * True when tree and basis come first and only once, and then, in a routing report, one seed for each recipient in the order
 * of their first shares.
 */
function isFramed(held: readonly HeldPart[], reason: Report['reason']): boolean {
  const count = (types: readonly string[]) => held.filter(({ type }) => types.includes(type)).length;
  const shared = reason === 'routing' ? held.filter((part) => part.type === 'share') : [];
  const recipients = [...new Set(shared.map(({ to }) => to))];
  const isSeeded = recipients.every((to, at) => {
    const seed = held[2 + at];
    return seed?.type === 'seed' && seed.to === to;
  });
  return count(['tree', 'basis']) === 2 && count(['seed']) === recipients.length && isSeeded;
}

/** True when each part `act` is about an action of the report. */
function isHandedAccepted({ actions, acts }: PartsByType): boolean {
  const accepted = new Set(actions.map(({ digest }) => digest));
  return acts.every(({ digest }) => accepted.has(digest));
}
