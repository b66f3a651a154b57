import { noticePartOf } from '../ledger/projection.js';
import type { JudgingAction } from './judging-action.js';
import type { OpenedAction } from './open-action.js';
import type { ActionRefusal } from './refuse.js';

/**
 * Judges a review of break-glass; undefined when nothing is against it, and for any other action. The ledger must have the
 * revision, with break-glass that another person used.
 */
export function judgeReview(
  { store, personOf }: Pick<JudgingAction, 'store' | 'personOf'>,
  { action: { originator }, review }: Pick<OpenedAction, 'action' | 'review'>,
): ActionRefusal | undefined {
  if (review === undefined) return undefined;
  const known = store.notices.byJti(originator, review.jti);
  if (known === undefined) return { code: 'not-own-notice' };
  const { attributes, approver } = noticePartOf(known);
  const isByAnother = approver !== undefined && personOf(approver) !== review.person;
  return attributes.breakGlass !== undefined && isByAnother ? undefined : { code: 'not-approved' };
}
