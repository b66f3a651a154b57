import type { OrgId } from '../shared/kernel/ids.js';
import type { SimulationSummary } from '../shared/runtime/simulation-summary.js';
import type { NoticeState, RecipientOutcome, ShownLife } from './gateway-http.js';
import {
  countLife,
  type GivenRevision,
  isHidden,
  type LivedNotice,
  livedOf,
  sectionsLeft,
} from './notice-life.js';

/** The summary of a simulation without events. */
export const EMPTY_SUMMARY: SimulationSummary = {
  submitted: 0,
  delivered: 0,
  redacted: 0,
  denied: 0,
  refused: 0,
  amended: 0,
  withdrawn: 0,
  unsealed: 0,
  restricted: 0,
  missing: 0,
  duplicates: 0,
  unverified: 0,
  withheldLeaks: 0,
  lacking: 0,
  overdue: 0,
};

/** Adds counts. Written out, because it is called for every pair of notice and recipient. */
export function add(one: SimulationSummary, other: Partial<SimulationSummary>): SimulationSummary {
  return {
    submitted: one.submitted + (other.submitted ?? 0),
    delivered: one.delivered + (other.delivered ?? 0),
    redacted: one.redacted + (other.redacted ?? 0),
    denied: one.denied + (other.denied ?? 0),
    refused: one.refused + (other.refused ?? 0),
    amended: one.amended + (other.amended ?? 0),
    withdrawn: one.withdrawn + (other.withdrawn ?? 0),
    unsealed: one.unsealed + (other.unsealed ?? 0),
    restricted: one.restricted + (other.restricted ?? 0),
    missing: one.missing + (other.missing ?? 0),
    duplicates: one.duplicates + (other.duplicates ?? 0),
    unverified: one.unverified + (other.unverified ?? 0),
    withheldLeaks: one.withheldLeaks + (other.withheldLeaks ?? 0),
    lacking: one.lacking + (other.lacking ?? 0),
    overdue: one.overdue + (other.overdue ?? 0),
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
  /** The revisions before the newest; `canaries` and `shown` are of the newest. */
  readonly earlier?: readonly GivenRevision[];
  /** Absent for a notice without actions. */
  readonly life?: ShownLife | undefined;
  /**
   * True when an order about it was not settled at the end: its recipients may hold it as before the order, or as after
   * it. Absent means false.
   */
  readonly isChanging?: boolean;
}

/** The findings at one recipient, by `<originator>/<id>`. */
export interface RecipientFindings {
  readonly org: OrgId;
  readonly verified: ReadonlySet<string>;
  readonly unverified: ReadonlySet<string>;
  /** The sections of each held notice. */
  readonly sections: ReadonlyMap<string, readonly string[]>;
  readonly duplicates: number;
  readonly leaks: number;
}

/** Returns the key of a notice in findings: `<originator>/<id>`. */
export const keyOf = ({ originator, id }: { readonly originator: string; readonly id: string }): string =>
  `${originator}/${id}`;

/**
 * Counts outcomes by evidence: compares what reports and actions leave to each recipient with what it holds.
 */
export function summarise(
  notices: readonly SentNotice[],
  findings: readonly RecipientFindings[],
): SimulationSummary {
  const at = new Map(findings.map((found) => [found.org as string, found]));
  let counted = add(EMPTY_SUMMARY, { submitted: notices.length });
  for (const notice of notices) {
    const lived = livedOf(notice);
    counted = add(counted, countLife(lived));
    if (isUnreported(notice)) counted = add(counted, { missing: 1 });
    if (notice.shown?.state === 'refused') counted = add(counted, { refused: 1 });
    for (const pair of notice.shown?.recipients ?? [])
      counted = add(counted, countPair(pair, lived, heldAt(at.get(pair.org), keyOf(notice))));
  }
  return add(counted, faultsIn(findings));
}

/** The sections that a recipient was found to hold of a notice; undefined when it holds nothing. */
function heldAt(found: RecipientFindings | undefined, notice: string): readonly string[] | undefined {
  if (found?.verified.has(notice) !== true && found?.unverified.has(notice) !== true) return undefined;
  return found.sections.get(notice) ?? [];
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

function isUnreported({ shown, isChanging }: SentNotice): boolean {
  if (isChanging === true) return false;
  if (shown === undefined || shown.state === 'queued') return true;
  return shown.state === 'ended' && shown.recipients.length === 0;
}

/** Counts outcomes by reports only; a pair counts as delivered once its receipt arrived. */
export function countReports(notices: readonly SentNotice[]): SimulationSummary {
  let counted = add(EMPTY_SUMMARY, { submitted: notices.length });
  for (const notice of notices) {
    const { shown } = notice;
    const lived = livedOf(notice);
    counted = add(counted, countLife(lived));
    if (shown?.state === 'refused') counted = add(counted, { refused: 1 });
    for (const pair of shown?.recipients ?? []) {
      const left = pair.receipt?.type === 'held' ? sectionsLeft(lived, pair.org) : undefined;
      if (left !== undefined || pair.outcome === 'denied')
        counted = add(counted, countPair(pair, lived, left && [...left]));
    }
  }
  return counted;
}

/** Counts one pair; `held` are the sections that its recipient holds. */
function countPair(
  { org, outcome, because, withheld }: RecipientOutcome,
  lived: LivedNotice,
  held: readonly string[] | undefined,
): Partial<SimulationSummary> {
  if (lived.isChanging === true) return held === undefined ? {} : countHeld(withheld);
  const left = sectionsLeft(lived, org);
  if (held === undefined) {
    if (left !== undefined) return isHidden(lived) ? {} : { missing: 1 };
    // An organisation that was not addressed does not count as denied.
    return outcome !== 'denied' || because === 'not-addressed' ? {} : { denied: 1 };
  }
  // The recipient still holds a copy that it had to erase.
  if (left === undefined) return { withheldLeaks: 1 };
  const lacking = [...left].filter((section) => !held.includes(section)).length;
  const extra = held.filter((section) => !left.has(section)).length;
  return { ...countHeld(withheld), lacking, withheldLeaks: extra };
}

function countHeld(withheld: readonly string[]): Partial<SimulationSummary> {
  return { delivered: 1, redacted: withheld.length > 0 ? 1 : 0 };
}
