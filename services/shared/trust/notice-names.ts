import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { type NoticeId, parseNoticeId } from '../kernel/ids.js';

/** Maximum random step to the next number, if the signing time is not higher. */
const MAX_STEP = 2 ** 10;

/**
 * Returns a new id. All bits after its time are random: the library's counter within a millisecond, or while the clock is
 * set back, would reveal to a recipient how many notices it does not receive.
 */
export function newNoticeId(now: Date): NoticeId {
  return parseNoticeId(uuidv7({ msecs: now.getTime() }));
}

/**
 * Returns the number of a revision: its signing time in milliseconds since 1970 or, if that is not higher than the notice's
 * last number, the last number plus a random step of 1 to 2^10. A number orders the revisions of one notice and counts
 * nothing, so that no recipient learns how many notices it does not receive (docs/architecture.md#rule-5).
 */
export function numberAfter(last: number, now: Date): number {
  const time = now.getTime();
  return time > last ? time : last + randomInt(1, MAX_STEP + 1);
}
