import type { RecordProver } from '../../shared/ledger/delivery/record-proof.js';
import type { SharePart } from '../../shared/ledger/record-own-parts.js';
import type { DecisionPart, NoticePart } from '../../shared/ledger/record-parts.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import { narrowByPart } from '../ledger/projection.js';
import { shownTo } from './deliver-or-park.js';
import type { Decided, DecidedNotice } from './decide.js';
import { unansweredRecipients } from './unanswered-recipients.js';

/**
 * Returns what a decision on a notice leaves of the shares that the records of one frame leave its recipient; undefined where the
 * decision takes nothing of them away. A notice may be in several frames: a narrowing recorded on one of them narrows the decision
 * on the notice, and leaves the records of the other frames as wide as they were.
 */
export function narrowerThanShare(
  { jti, sections }: Pick<NoticePart, 'jti' | 'sections'>,
  decision: DecisionPart,
  shares: readonly SharePart[],
): DecisionPart | undefined {
  const share = shares.find((one) => one.jti === jti);
  if (share === undefined) return undefined;
  const withheld = sections.filter((section) => !share.sections.includes(section));
  const recorded: DecisionPart = {
    type: 'decision',
    jti,
    to: share.to,
    outcome: withheld.length === 0 ? 'delivered' : 'redacted',
    sections: share.sections,
    withheld,
    advertised: share.advertised,
    obligations: share.obligations,
    rules: [],
  };
  const narrowed = narrowByPart(recorded, decision);
  return narrowed === recorded ? undefined : narrowed;
}

/**
 * Returns what a narrowing of a recorded frame must say: for each notice the decisions that leave a recipient less than the records
 * of the frame do. Leaves out recipients that have answered the notice, unless they are handed the frame again for something else.
 */
export function narrowingsOf(
  { notices, owed }: Pick<Decided, 'notices' | 'owed'>,
  provers: readonly RecordProver[],
): readonly DecidedNotice[] {
  const served = new Set(unansweredRecipients({ notices, owed }));
  const shares = new Map<string, readonly SharePart[]>();
  const sharesOf = (to: DecisionPart['to']): readonly SharePart[] => {
    const known = shares.get(to) ?? sharesLeft(shownTo(to, provers).map(({ parts }) => parts));
    shares.set(to, known);
    return known;
  };
  return notices.map((notice) => ({
    ...notice,
    narrowed: notice.decisions
      .filter(({ to }) => !notice.answered.has(to) || served.has(to))
      .flatMap((decision) => narrowerThanShare(notice.part, decision, sharesOf(decision.to)) ?? []),
  }));
}
