import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { type Jti, jtiOf, type OrgId, parseNoticeId } from '../../shared/kernel/ids.js';
import { type DeliveredLeaf, deliveryRoot } from '../../shared/ledger/delivery/delivery-root.js';
import { leavesLeft } from '../../shared/ledger/delivery/open-delivery.js';
import type { Report } from '../../shared/ledger/record.js';
import type { SharePart, UnsharePart } from '../../shared/ledger/record-own-parts.js';
import type { DecisionPart } from '../../shared/ledger/record-parts.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import type { FramedNotice } from '../../shared/store/gateway/gateway-frames.js';
import type { NewPromise } from '../../shared/store/gateway/answers/received.js';

/** The parts of a report on an own frame that lead to promises. */
export type PromisingReport = Pick<
  Report,
  'digest' | 'reason' | 'notices' | 'decisions' | 'seeds' | 'unacts'
>;

/**
 * The own notices of a frame, and how to compute the digest of some disclosures of one (`own.seq`); undefined
 * once its text is erased.
 */
export interface PromisedFrom {
  readonly notices: readonly FramedNotice[];
  readonly disclosedOf: (own: number, sections: SharePart['sections']) => string | undefined;
}

/** What records leave to one recipient of an own frame. */
export interface PromisedLeaves {
  readonly seed: Uint8Array;
  /** In the order of the delivery. */
  readonly leaves: readonly DeliveredLeaf[];
  /** `own.seq` of each. */
  readonly notices: readonly number[];
}

/**
 * Returns the own notices (`own.seq`) in the delivery to one recipient, by the routing report and these narrowings on a frame in
 * the order of the ledger, with the share of each. Undefined without a routing report, and for a notice of another frame.
 */
export function noticesLeft(
  org: OrgId,
  records: readonly PromisingReport[],
  notices: readonly FramedNotice[],
) {
  const [routing, ...narrowings] = records;
  const isInOrder = routing?.reason === 'routing' && narrowings.every(({ reason }) => reason === 'narrowing');
  if (!isInOrder) return undefined;
  const shares = sharesLeft(records.map((record) => ownPartsOf(record, org)));
  const own = shares.map(({ jti, digest }) =>
    notices.find((one) => ownJti(one) === jti && one.digest === digest),
  );
  const seqs = own.flatMap((one) => (one === undefined ? [] : [one.seq]));
  return seqs.length < shares.length ? undefined : { shares, seqs };
}

/**
 * Returns the leaves of the delivery to one recipient, by these records in the order of the ledger. Undefined where `noticesLeft`
 * is, without a seed, and for a notice whose text is erased.
 */
export function leavesTo(
  org: OrgId,
  records: readonly PromisingReport[],
  { notices, disclosedOf }: PromisedFrom,
): PromisedLeaves | undefined {
  const left = noticesLeft(org, records, notices);
  const seed = records[0]?.seeds.find(({ to }) => to === org)?.seed;
  if (left === undefined || seed === undefined) return undefined;
  const { shares, seqs } = left;
  const byJti = new Map(shares.map(({ jti }, at) => [jti, seqs[at] ?? 0]));
  const leaves = leavesLeft(shares, (jti: Jti, sections) => disclosedOf(byJti.get(jti) ?? 0, sections));
  return leaves && { seed: decodeBase64url(seed), leaves, notices: seqs };
}

/** Returns the promise to one recipient. Undefined where `leavesTo` is. */
export function promiseTo(
  org: OrgId,
  records: readonly PromisingReport[],
  from: PromisedFrom,
): NewPromise | undefined {
  const found = leavesTo(org, records, from);
  if (found === undefined) return undefined;
  const { root } = deliveryRoot(found.seed, found.leaves);
  return { org, records: records.map(({ digest }) => digest), root, notices: found.notices };
}

/** A report on an own frame, and those that arrived before it. */
interface ArrivedReport {
  readonly earlier: readonly PromisingReport[];
  readonly report: PromisingReport;
}

/**
 * Returns the promises that a report adds to those of the earlier reports on its frame. A routing report adds, for each
 * recipient with a seed, the promise by the routing report alone, and one more for each narrowing that names the
 * recipient and arrived earlier. A narrowing adds one promise for each recipient that it names.
 */
export function promisesBy({ earlier, report }: ArrivedReport, from: PromisedFrom): readonly NewPromise[] {
  const records = [...earlier, report];
  const routing = records.find(({ reason }) => reason === 'routing');
  if (routing === undefined) return [];
  const narrowings = records.filter(({ reason }) => reason === 'narrowing');
  return routing.seeds.flatMap(({ to }) => {
    const about = narrowings.filter(({ decisions, unacts }) =>
      [...decisions, ...unacts].some((one) => one.to === to),
    );
    const steps = [[], ...about].map((_, count) => [routing, ...about.slice(0, count)]);
    return steps.filter((step) => step.includes(report)).flatMap((step) => promiseTo(to, step, from) ?? []);
  });
}

/** Rebuilds the parts of a record that one recipient is shown, from the decisions. */
function ownPartsOf(
  { decisions, notices, reason }: PromisingReport,
  org: OrgId,
): readonly (Omit<SharePart, 'disclosed'> | UnsharePart)[] {
  const digests = new Map(notices.map(({ jti, digest }) => [jti, digest]));
  return decisions
    .filter(({ to, outcome }) => to === org && (outcome !== 'denied' || reason === 'narrowing'))
    .map((decision) => partOf(decision, digests.get(decision.jti) ?? ''));
}

/** The name of an own notice in records and receipts. */
export function ownJti({ id, number }: Pick<FramedNotice, 'id' | 'number'>): Jti {
  return jtiOf(parseNoticeId(id), number);
}

function partOf(
  { jti, to, outcome, sections, advertised, obligations }: DecisionPart,
  digest: string,
): Omit<SharePart, 'disclosed'> | UnsharePart {
  const about = { jti, to, digest };
  if (outcome === 'denied') return { type: 'unshare', ...about };
  return { type: 'share', ...about, sections, advertised, obligations };
}
