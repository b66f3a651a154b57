import type { RecordProver } from '../../shared/ledger/delivery/record-proof.js';
import type { SharePart } from '../../shared/ledger/record-own-parts.js';
import type { DecisionPart, NoticePart } from '../../shared/ledger/record-parts.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import { narrowByPart } from '../ledger/projection.js';
import { shownTo } from './deliver-or-park.js';
import type { Decided, DecidedNotice } from './decide.js';
import { unansweredRecipients } from './unanswered-recipients.js';

/**
 * Narrows by a decision what the records of one frame leave a recipient of a notice; undefined if the decision takes nothing away. A
 * notice can be in several frames: a narrowing on one frame narrows the decision on the notice, not the records of the other frames.
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
 * Adds to each notice what a narrowing of its recorded frame must say: the decisions that leave a recipient less than the records of
 * the frame do. Leaves out recipients that have answered the notice, unless they are handed the frame again for something else.
 */
export function withNarrowings(
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
