import type { OrgId } from '../shared/kernel/ids.js';
import type { SimulationSummary } from '../shared/runtime/simulation-summary.js';
import type { RecipientOutcome, NoticeState } from './gateway-http.js';

/** The summary of a simulation without events. */
export const EMPTY_SUMMARY: SimulationSummary = {
  submitted: 0,
  delivered: 0,
  redacted: 0,
  denied: 0,
  refused: 0,
  missing: 0,
  duplicates: 0,
  unverified: 0,
  withheldLeaks: 0,
};

/** Adds counts. Written out, because it is called for every pair of notice and recipient. */
export function add(one: SimulationSummary, other: Partial<SimulationSummary>): SimulationSummary {
  return {
    submitted: one.submitted + (other.submitted ?? 0),
    delivered: one.delivered + (other.delivered ?? 0),
    redacted: one.redacted + (other.redacted ?? 0),
    denied: one.denied + (other.denied ?? 0),
    refused: one.refused + (other.refused ?? 0),
    missing: one.missing + (other.missing ?? 0),
    duplicates: one.duplicates + (other.duplicates ?? 0),
    unverified: one.unverified + (other.unverified ?? 0),
    withheldLeaks: one.withheldLeaks + (other.withheldLeaks ?? 0),
  };
}

/** A notice of this simulation with the canary of each section. */
export interface SentNotice {
  readonly originator: OrgId;
  readonly id: string;
  /** When it was accepted. */
  readonly at: Date;
  readonly canaries: ReadonlyMap<string, string>;
  /** The last state reported by its gateway; undefined if there was none. */
  readonly shown: NoticeState | undefined;
}

/** The findings at one recipient, by `<originator>/<id>`. */
export interface RecipientFindings {
  readonly org: OrgId;
  readonly verified: ReadonlySet<string>;
  readonly unverified: ReadonlySet<string>;
  readonly duplicates: number;
  readonly leaks: number;
}

/** Returns the key of a notice in findings: `<originator>/<id>`. */
export const keyOf = ({ originator, id }: { readonly originator: string; readonly id: string }): string =>
  `${originator}/${id}`;

/** Counts outcomes by evidence: what the reports promised against what was found at the recipients. */
export function summarise(
  notices: readonly SentNotice[],
  findings: readonly RecipientFindings[],
): SimulationSummary {
  const holds = new Map(
    findings.map(({ org, verified, unverified }) => [org as string, [verified, unverified]]),
  );
  let counted = add(EMPTY_SUMMARY, { submitted: notices.length });
  for (const notice of notices) {
    if (isUnreported(notice)) counted = add(counted, { missing: 1 });
    if (notice.shown?.state === 'refused') counted = add(counted, { refused: 1 });
    for (const pair of notice.shown?.recipients ?? []) {
      const isHeld = holds.get(pair.org)?.some((held) => held.has(keyOf(notice))) ?? false;
      counted = add(counted, countPair(pair, isHeld));
    }
  }
  return add(counted, faultsIn(findings));
}

/** Counts outcomes by reports, for a search that was cut short, with the faults that it found. */
export function summariseReports(
  notices: readonly SentNotice[],
  findings: readonly RecipientFindings[],
): SimulationSummary {
  return add(countReports(notices), faultsIn(findings));
}

function faultsIn(findings: readonly RecipientFindings[]): SimulationSummary {
  return findings.reduce(
    (sum, { unverified, duplicates, leaks }) =>
      add(sum, { unverified: unverified.size, duplicates, withheldLeaks: leaks }),
    EMPTY_SUMMARY,
  );
}

function isUnreported({ shown }: SentNotice): boolean {
  if (shown === undefined || shown.state === 'queued') return true;
  return shown.state === 'ended' && shown.recipients.length === 0;
}

/** Counts outcomes by reports only; a pair counts as delivered once its receipt arrived. */
export function countReports(notices: readonly SentNotice[]): SimulationSummary {
  let counted = add(EMPTY_SUMMARY, { submitted: notices.length });
  for (const { shown } of notices) {
    if (shown?.state === 'refused') counted = add(counted, { refused: 1 });
    for (const pair of shown?.recipients ?? []) {
      const isHeld = pair.receipt?.type === 'held';
      if (isHeld || pair.outcome === 'denied') counted = add(counted, countPair(pair, isHeld));
    }
  }
  return counted;
}

function countPair(
  { outcome, because, withheld }: RecipientOutcome,
  isHeld: boolean,
): Partial<SimulationSummary> {
  if (isHeld) return { delivered: 1, redacted: withheld.length > 0 ? 1 : 0 };
  if (outcome !== 'denied') return { missing: 1 };
  // An organisation that was not addressed does not count as denied.
  return because === 'not-addressed' ? {} : { denied: 1 };
}
