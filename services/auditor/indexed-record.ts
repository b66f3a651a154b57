import type { IndexedEntry } from '../shared/store/append/quarantine-index.js';
import type { IndexedRecord } from '../shared/store/append/record-index.js';
import { digest } from '../shared/trust/digest.js';
import { frames, type LedgerRecord, type SignedSet } from '../shared/wire/frames.js';
import { parseSubject } from '../shared/wire/subjects.js';
import type { KeptEntry } from '../shared/store/append/archived-entry.js';
import { claimsOf, type RecordClaims } from './record-facts.js';

/** Extracts the index entry of a record. The record was verified before it was archived. */
export function indexed({ number, epoch, seq, subject, bytes, ruledOut }: KeptEntry): IndexedRecord {
  if (ruledOut !== undefined) return indexedRuleOut({ number, epoch, seq, ruledOut });
  const record = frames.record.decode(bytes);
  const parts = indexedParts(record.statement);
  const about = parseSubject(subject);
  return {
    number,
    epoch,
    seq,
    digest: digest(record.statement?.statement ?? ''),
    notices: [...noticesIn([...parts, ...listedIn(record)]), ...answeredIn(record)],
    routes: about?.type === 'ledger' && isRouting(record.statement, parts) ? about.org : undefined,
    entries: about?.type === 'ledger' ? parts.flatMap((part) => entryIn(about.org, part)) : [],
    isRecall: parts.some(({ type, outcome }) => type === 'command' && outcome === 'cancelled'),
    directory: parts.flatMap(directoryIn)[0],
    command: parts.map(({ command }) => command).find((id) => typeof id === 'string'),
  };
}

function directoryIn({
  type,
  version,
  digest: named,
}: RecordClaims): readonly NonNullable<IndexedRecord['directory']>[] {
  return type === 'directory' ? [{ version: Number(version), digest: String(named) }] : [];
}

/** The index entry of a ruled-out record: about no notice, and named by the command instead of a digest. */
function indexedRuleOut({
  ruledOut,
  ...place
}: Pick<IndexedRecord, 'number' | 'epoch' | 'seq'> & { readonly ruledOut: string }): IndexedRecord {
  const nothing = { notices: [], routes: undefined, entries: [], command: undefined };
  return { ...place, digest: ruledOutName(ruledOut), ruledOut, ...nothing };
}

/** Names a ruled-out record by its command; other records are named by the digest of their statement. */
export function ruledOutName(command: string): string {
  return `ruled-out ${command}`;
}

/** True for a report with notices that is not a narrowing. */
function isRouting(statement: SignedSet | null | undefined, parts: readonly RecordClaims[]): boolean {
  const isReport = statement && parts.some(({ type }) => type === 'notice');
  return isReport === true && claimsOf(statement)['type'] === 'routing';
}

/** Parses the parts of a set; of notices and shares, which are most of a report, only the `jti` that the index needs. */
function indexedParts(set: SignedSet | null | undefined): readonly RecordClaims[] {
  return (set?.leaves ?? []).map(({ part }) => {
    const text = Buffer.from(part).toString();
    const [, type, jti] = ABOUT_NOTICE.exec(text) ?? [];
    return jti === undefined ? (JSON.parse(text) as RecordClaims) : { type, jti };
  });
}

/** Matches a part about a notice as a router writes it. Records were parsed strictly before, so keys are unique. */
const ABOUT_NOTICE =
  /^\{"type":"(notice|share|unshare)",(?:"to":"[a-z0-9-]+",)?"jti":"([0-9a-f-]{36}\.[0-9]+)"/;

/** Returns the entries that receipts and changes list about single notices and about actions on them. */
function listedIn({ receipts = [], changes = [] }: LedgerRecord): readonly RecordClaims[] {
  const lists = [
    ...receipts.map((statement) => claimsOf({ statement })['except']),
    ...receipts.map((statement) => claimsOf({ statement })['actions']),
    ...changes.map((statement) => claimsOf({ statement })['changes']),
  ];
  return lists.flatMap((list) => list as readonly RecordClaims[]);
}

/**
 * Returns the digests of the reports that receipts answer: a receipt is looked up by the reports about a
 * notice.
 */
function answeredIn({ receipts = [] }: LedgerRecord): readonly string[] {
  const named = receipts.flatMap((statement) => claimsOf({ statement })['records'] as readonly string[]);
  return [...new Set(named)];
}

/** Ids of the notices that the parts of a report or a receipt name: by their `jti`, or by the `id` of an action or a request. */
function noticesIn(parts: readonly RecordClaims[]): readonly string[] {
  // A command that recalls a notice names it too; the notices of a replay have records of their own.
  const names = parts.flatMap(({ type, jti, id, notice }) =>
    [jti, id, type === 'command' ? notice : undefined].filter((name) => typeof name === 'string'),
  );
  return [...new Set(names.flatMap((name) => name.split('.', 1)))];
}

function entryIn(org: string, { type, entry, outcome, reason }: RecordClaims): readonly IndexedEntry[] {
  if (typeof entry !== 'string') return [];
  if (type === 'quarantined') return [{ org, entry, effect: 'opens', reason: String(reason) }];
  const isClosing = outcome === 'routed' || outcome === 'discarded';
  return [{ org, entry, effect: isClosing ? 'closes' : 'none', reason: '' }];
}
