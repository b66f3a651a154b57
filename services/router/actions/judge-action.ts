import { actionItemsOf } from '../../shared/ledger/action-items.js';
import type { VerifiedAction } from '../../shared/ledger/action.js';
import type { ListedPart } from '../../shared/ledger/listed-part.js';
import { after } from '../../shared/notice/duration.js';
import { RETENTION } from '../../shared/notice/notice.js';
import {
  applyItem,
  latestSuspension,
  lifeEndOf,
  type NoticeRegisters,
} from '../../shared/notice/registers.js';
import { judgeDecline } from './judge-decline.js';
import type { JudgingLives } from './judging-action.js';
import { judgeUnsealPart } from './judge-unseal.js';
import type { ActionRefusal } from './refuse.js';

/** The registers with an accepted action applied, or why it is refused. */
export type JudgedAction = { readonly state: NoticeRegisters } | ActionRefusal;

/**
 * Judges an action that is not on the ledger by the registers of its notice. `state` is undefined when the
 * sender of the action never published that notice: it does not exist, or another organisation published it.
 */
export function judgeAction(
  judging: JudgingLives,
  action: VerifiedAction,
  state: NoticeRegisters | undefined,
): JudgedAction {
  if (state === undefined) return { code: 'not-own-notice' };
  const living = expire(state, judging.now);
  if (living.end !== null && !isAfterEnd(action, living.end)) return { code: 'notice-ended' };
  const applied = applyEach(living, action);
  if ('code' in applied) return applied;
  return tooLong(action, living) ?? judgeLeaves(judging, action) ?? applied;
}

/** True for a withdrawal after an expiry, because a holder's clock may be behind, and for a review of break-glass. */
function isAfterEnd({ verb }: VerifiedAction, { by }: NonNullable<NoticeRegisters['end']>): boolean {
  return verb === 'review' || (verb === 'withdraw' && by === 'expired');
}

function expire(state: NoticeRegisters, now: Date): NoticeRegisters {
  const end = lifeEndOf(state);
  return end !== null && end <= now.getTime() ? applyItem(state, { type: 'expired' }).state : state;
}

function applyEach(before: NoticeRegisters, action: VerifiedAction): JudgedAction {
  let state = before;
  for (const item of actionItemsOf(action)) {
    const applied = applyItem(state, item);
    if (applied.outcome === 'conflict') return { code: 'number-conflict' };
    // Also refuses a second copy of an action in one frame: only the first one counts.
    if (applied.outcome !== 'applied') return { code: 'superseded', number: before.newest };
    state = applied.state;
  }
  return { state };
}

/**
 * Refuses a suspension or an extension that is too long. A suspension is counted from the first one since the
 * last resume, an extension from the signing of the newest revision.
 */
function tooLong(
  { verb, number, until = 0, expiresAt = 0 }: VerifiedAction,
  state: NoticeRegisters,
): ActionRefusal | undefined {
  if (verb === 'suspend' && until * 1000 > latestSuspension(state, number))
    return { code: 'suspension-too-long' };
  if (verb !== 'extend') return undefined;
  const issued = new Date(state.content?.number ?? 0);
  return expiresAt * 1000 > after(issued, RETENTION).getTime() ? { code: 'extension-too-long' } : undefined;
}

function judgeLeaves(judging: JudgingLives, action: VerifiedAction): ActionRefusal | undefined {
  for (const part of action.listed) {
    const refusal = judgeLeaf(judging, action, part);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function judgeLeaf(
  judging: JudgingLives,
  action: VerifiedAction,
  part: ListedPart,
): ActionRefusal | undefined {
  if ('disclosure' in part) return judgeUnsealPart(judging, { action, part });
  return 'request' in part ? judgeDecline(judging, { action, part }) : undefined;
}
