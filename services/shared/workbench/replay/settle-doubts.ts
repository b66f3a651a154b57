import type { OrgId } from '../../kernel/ids.js';
import type { NoticePart } from '../../ledger/record-parts.js';
import type { LastingBar } from '../../notice/lasting-bars.js';
import { applyBar } from '../../policy/apply-bar.js';
import { narrow } from '../../policy/narrow.js';
import type { ComparedDecision } from './judge-decisions.js';
import type { EarlierRecords } from './earlier-records.js';
import type { NamedRecord, ReplayTally } from './findings.js';
import { type GivenDecision, givenIn, isSameGiven } from './given-decision.js';

/** A decision that the rules do not give, or one that they give and an earlier record can still contradict. */
interface DoubtedDecision extends ComparedDecision {
  readonly isRuled?: boolean;
}

/** Doubted decisions of one record about one notice. */
export interface DoubtedNotice {
  readonly type: 'notice';
  readonly named: NamedRecord;
  readonly part: Pick<NoticePart, 'jti' | 'digest' | 'number' | 'attributes'>;
  readonly decisions: readonly DoubtedDecision[];
  /** False when the rules were asked with another version of the directory than the record names. */
  readonly isExact: boolean;
}

/** Whether earlier records are all at hand, as in the auditor's file; an originator has only those about its own frames. */
export interface SettleOptions {
  readonly isWhole: boolean;
}

/** Settles the doubted decisions about a notice by earlier records; one that no record explains is a finding. */
export function settleNotice(
  doubt: DoubtedNotice,
  {
    earlier,
    tally,
    isWhole,
  }: { readonly earlier: EarlierRecords; readonly tally: ReplayTally } & SettleOptions,
): void {
  const { named, part, isExact } = doubt;
  const before = earlier.given(named.org, part);
  const isOver = earlier.isOver(named.org, part);
  const bars = named.reason === 'routing' ? earlier.barsOn(named.org, part) : NO_BARS;
  for (const decision of doubt.decisions) {
    const one = barred(decision, bars, part);
    const { recorded, ruled, recipient } = one;
    const was = before?.get(recipient);
    const isEnd = recorded?.because === 'ended';
    if (isEnd ? isOver : isExplained(one, { before, was })) tally.confirm(1);
    else if (isEnd && !isWhole) tally.leave('ended');
    else if (recorded?.because === 'restricted' && !isWhole) tally.leave('restricted');
    else if (named.reason === 'narrowing' && before === undefined && !isWhole) tally.leave('earlier-record');
    else if (!isExact) tally.leave('other-directory');
    else {
      const rules = was !== undefined && ruled !== undefined ? narrow(was, ruled) : ruled;
      tally.find({ code: 'decision-differs', ...named, jti: part.jti, ...shown(recipient, recorded, rules) });
    }
  }
}

const NO_BARS: ReadonlyMap<string, LastingBar> = new Map();

/** Takes from what the rules give what a restriction by the originator bars for a recipient of a new revision. */
function barred(
  one: DoubtedDecision,
  bars: ReadonlyMap<string, LastingBar>,
  { attributes }: Pick<NoticePart, 'attributes'>,
): DoubtedDecision {
  const { recorded, ruled, recipient } = one;
  const left = ruled && applyBar(ruled, bars.get(recipient), attributes);
  if (left === undefined || left === ruled) return one;
  return { ...one, ruled: left, isRuled: recorded !== undefined && isSameGiven(recorded, left) };
}

interface Before {
  readonly before: ReadonlyMap<OrgId, GivenDecision> | undefined;
  readonly was: GivenDecision | undefined;
}

/**
 * True when an earlier record explains a decision: it is the earlier one, unchanged, or narrowed by the rules of now
 * (docs/architecture.md#rule-3).
 */
function isExplained(
  { recorded, ruled, isRuled = false }: DoubtedDecision,
  { before, was }: Before,
): boolean {
  if (before === undefined) return isRuled;
  if (recorded === undefined || was === undefined) return recorded === was;
  if (isSameGiven(recorded, was)) return true;
  return ruled !== undefined && isSameGiven(recorded, narrow(was, ruled));
}

function shown(recipient: OrgId, recorded: GivenDecision | undefined, rules: GivenDecision | undefined) {
  return {
    recipient,
    recorded: recorded === undefined ? null : givenIn(recorded),
    rules: rules === undefined ? null : givenIn(rules),
  };
}
