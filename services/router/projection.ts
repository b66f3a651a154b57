import type { OrgId } from '../shared/kernel/ids.js';
import type { VerifiedReceipt } from '../shared/ledger/receipt.js';
import type { Report } from '../shared/ledger/record.js';
import type { DecisionPart, NoticePart } from '../shared/ledger/record-parts.js';
import type { KnownNotice } from '../shared/store/router-notices.js';
import type { Place } from '../shared/store/router-ledger.js';
import type { RouterStore } from '../shared/store/router-store.js';

/** A record with where it stands; `bytes` are kept until a heartbeat confirms that the auditor has it. */
export interface Standing {
  readonly place: Place;
  /** False for what was read from the auditor's copy of another epoch: its sequence says nothing about this stream. */
  readonly isHere: boolean;
  readonly bytes: Uint8Array | null;
  readonly kept: boolean;
}

/** What the projection takes of a report; a report that was just signed has it all before it is read back. */
export type ReportFacts = Pick<
  Report,
  'digest' | 'org' | 'frame' | 'issuedAt' | 'reason' | 'submission' | 'notices' | 'decisions'
>;

/** What it takes of a record of receipts. */
export interface ReceiptsFacts {
  readonly digest: string;
  readonly org: OrgId;
  readonly frame: string;
  readonly issuedAt: Date;
  readonly receipts: readonly VerifiedReceipt[];
}

/** Applies a routing report or a narrowing, once. Within a transaction. */
export function applyReport(store: RouterStore, report: ReportFacts, standing: Standing): void {
  const { org, frame, reason } = report;
  if (!addRecord(store, { ...report, type: reason }, standing)) return;
  if (report.submission !== null) store.ledger.addSubmission(org, report.submission);
  const decisions = byNotice(report.decisions);
  for (const notice of report.notices) {
    const decided = decisions.get(notice.jti) ?? [];
    if (reason === 'routing') putNotice(store, { report, notice, decided }, standing.place);
    else narrowNotice(store, { report, notice, decided }, standing.place);
  }
  // One row a recipient and frame, as one message is: it keeps as long as the longest of its notices.
  const exp = Math.max(0, ...report.notices.map((notice) => notice.exp));
  const allowed = report.decisions.filter(({ outcome }) => outcome !== 'denied').map(({ to }) => to);
  for (const recipient of new Set(allowed)) {
    store.deliveries.allow({ originator: org, frame, recipient }, exp);
  }
}

/** Applies a record of receipts, once. Within a transaction. */
export function applyReceipts(store: RouterStore, record: ReceiptsFacts, standing: Standing): void {
  if (!addRecord(store, { ...record, type: 'receipts' }, standing)) return;
  for (const { digest, recipient, originator, delivery, issuedAt, parts } of record.receipts) {
    const known = { originator, frame: delivery, recipient };
    const exp = Math.max(expOf(store, originator, parts), issuedAt.getTime() / 1000);
    store.deliveries.allow(known, exp);
    store.deliveries.addReceipt({ ...known, digest, at: issuedAt.getTime(), parts: JSON.stringify(parts) });
  }
}

function addRecord(
  store: RouterStore,
  record: {
    readonly digest: string;
    readonly org: OrgId;
    readonly frame: string;
    readonly issuedAt: Date;
    readonly type: 'routing' | 'narrowing' | 'receipts';
  },
  { place, isHere, bytes, kept }: Standing,
): boolean {
  const { digest, org, frame, type, issuedAt } = record;
  if (isHere) store.ledger.setLastSeq(org, place.seq);
  if (store.ledger.has(digest)) {
    if (isHere) store.ledger.move(digest, place);
    if (kept) store.ledger.keep(digest);
    return false;
  }
  store.ledger.add({ digest, org, frame, type, ...place, at: issuedAt.getTime(), kept, bytes });
  return true;
}

/** The decisions of a report by the `jti` they are about. */
export function byNotice(parts: readonly DecisionPart[]): ReadonlyMap<string, readonly DecisionPart[]> {
  const groups = new Map<string, DecisionPart[]>();
  for (const part of parts) {
    const group = groups.get(part.jti);
    if (group === undefined) groups.set(part.jti, [part]);
    else group.push(part);
  }
  return groups;
}

interface Decided {
  readonly report: ReportFacts;
  readonly notice: NoticePart;
  readonly decided: readonly DecisionPart[];
}

function putNotice(store: RouterStore, { report, notice, decided }: Decided, place: Place): void {
  const { jti, digest, number, exp } = notice;
  store.notices.put(
    {
      originator: report.org,
      jti,
      digest,
      number,
      exp,
      state: 'active',
      frame: report.frame,
      at: report.issuedAt.getTime(),
      part: JSON.stringify(notice),
      decisions: JSON.stringify(decided),
    },
    place,
  );
}

/** A narrowing speaks of some recipients: the others' decisions stay. */
function narrowNotice(store: RouterStore, { report, notice, decided }: Decided, place: Place): void {
  const known = store.notices.byJti(report.org, notice.jti);
  if (known === undefined || known.digest !== notice.digest) return;
  const narrowed = new Map(decided.map((part) => [part.to, part]));
  const decisions = decisionsOf(known).map((part) => narrowed.get(part.to) ?? part);
  store.notices.narrow(
    { originator: report.org, jti: notice.jti, decisions: JSON.stringify(decisions) },
    place,
  );
}

/** A receipt keeps as long as the notices that it speaks of. */
function expOf(store: RouterStore, originator: OrgId, parts: VerifiedReceipt['parts']): number {
  return Math.max(0, ...parts.map(({ jti }) => store.notices.byJti(originator, jti)?.exp ?? 0));
}

/** The recorded decisions of a notice: what was verified when it was applied. */
export function decisionsOf({ decisions }: Pick<KnownNotice, 'decisions'>): readonly DecisionPart[] {
  return JSON.parse(decisions) as readonly DecisionPart[];
}

export function noticePartOf({ part }: Pick<KnownNotice, 'part'>): NoticePart {
  return JSON.parse(part) as NoticePart;
}
