import type { Code } from '../../kernel/errors.js';
import type { Jti, NoticeId, OrgId } from '../../kernel/ids.js';
import type { LedgerPlace } from '../../ledger/command-content.js';
import { BECAUSE, type Because } from '../../notice/because.js';
import type { Section } from '../../notice/kinds.js';
import type { GivenDecision } from './given-decision.js';

/** The record that a finding is about. */
export interface NamedRecord {
  /** Digest of its statement. */
  readonly record: string;
  /** Where it is on the ledger; null where only its originator's copy is at hand. */
  readonly place: LedgerPlace | null;
  readonly org: OrgId;
  readonly at: string;
  readonly reason: 'routing' | 'narrowing';
  /** Digest of the bundle of policies that it names. */
  readonly bundle: string;
}

/** A recorded decision that the rules do not give; null where the record or the rules name no such recipient. */
export interface DecisionDiffers extends NamedRecord {
  readonly code: 'decision-differs';
  readonly jti: Jti;
  readonly recipient: OrgId;
  readonly recorded: GivenDecision | null;
  readonly rules: GivenDecision | null;
}

/** A recorded unseal that the rules forbid, or one that a narrowing takes back although they permit it. */
export interface UnsealDiffers extends NamedRecord {
  readonly code: 'decision-differs';
  readonly id: NoticeId;
  readonly action: string;
  readonly recipient: OrgId;
  readonly section: Section;
  readonly recorded: 'permitted' | 'denied';
  /** The rules that deny it; empty where a permit is missing or where they permit it. */
  readonly rules: GivenDecision['rules'];
}

/** A record that names another bundle than the one that had been adopted. */
export interface StaleReleaseFinding extends NamedRecord {
  readonly code: 'stale-release';
  readonly newest: string;
  readonly adoptedAt: string;
  /** Digest of the record that first named the newest bundle, or of the command that adopted it: its router is accountable. */
  readonly adoptedBy: string;
  /** The recipients that the newest bundle would give something else; null while that bundle is not at hand. */
  readonly differs: readonly { readonly jti: Jti; readonly recipient: OrgId }[] | null;
}

/** Something that a record says and that its policies do not give. */
export type ReplayFinding = DecisionDiffers | UnsealDiffers | StaleReleaseFinding;

/**
 * Why a decision is not checked: the reason of a denial without rules; `refused` for an item that is not in the record, or
 * `not-permitted` where rules refused it; `other-directory`, because the record names another version than those at hand;
 * `earlier-record`, because it rests on a record that is not at hand; `no-bundle` for a hub that adopts none; or the code of
 * a record that does not verify, or of policies that are not archived or do not load.
 */
export type UncheckedReason = Because | Code | 'other-directory' | 'earlier-record' | 'no-bundle' | 'refused';

/** What a replay found. */
export interface ReplaySummary {
  readonly records: number;
  /** Routing reports and narrowings that were decided again. */
  readonly reports: number;
  /** Decisions that are what the rules give, or what the ledger or the directory explains. */
  readonly confirmed: number;
  readonly 'decision-differs': number;
  readonly 'stale-release': number;
  readonly unchecked: Readonly<Partial<Record<UncheckedReason, number>>>;
  /** True when some unchecked decisions could be checked with policies, directories or records that are not at hand. */
  readonly incomplete: boolean;
}

/** Counts results, and passes findings on. */
export interface ReplayTally {
  record(): void;
  report(): void;
  confirm(count: number): void;
  leave(reason: UncheckedReason, count?: number): void;
  find(finding: ReplayFinding): void;
  summary(): ReplaySummary;
}

/** Reasons that no other policies, directories or records settle: only the originator has lists, key and refused items. */
const FINAL: readonly string[] = [...BECAUSE, 'refused', 'not-permitted'] satisfies UncheckedReason[];

/** Creates a tally with nothing counted. */
export function createReplayTally(onFinding: (finding: ReplayFinding) => void): ReplayTally {
  const counts = { records: 0, reports: 0, confirmed: 0, 'decision-differs': 0, 'stale-release': 0 };
  const unchecked: Partial<Record<UncheckedReason, number>> = {};
  const leave = (reason: UncheckedReason, count = 1): void => {
    if (count > 0) unchecked[reason] = (unchecked[reason] ?? 0) + count;
  };
  return {
    record: () => void (counts.records += 1),
    report: () => void (counts.reports += 1),
    confirm: (count) => void (counts.confirmed += count),
    leave,
    find: (finding) => {
      counts[finding.code] += 1;
      onFinding(finding);
    },
    summary: () => ({
      ...counts,
      unchecked,
      incomplete: Object.keys(unchecked).some((reason) => !FINAL.includes(reason)),
    }),
  };
}
