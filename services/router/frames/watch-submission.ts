import type { Decided } from './decide.js';
import type { Hub } from '../hub.js';

/**
 * Checks that the numbers of an originator's statements rise by one. A gap or a late number raises an alarm and is never
 * a reason to refuse or to wait; two different statements with one number are a security event
 * (docs/architecture.md#submission-statement).
 */
export function watchSubmission({ store, events }: Hub, { frame, submission }: Decided): void {
  const { number, digest, previous } = submission;
  const about = { originator: frame.org, frame: frame.id, number };
  const same = store.ledger.submissions(frame.org, number);
  if (same.includes(digest)) return;
  if (same.length > 0) events.security('statement-conflict', about);
  const last = store.ledger.lastSubmission(frame.org);
  if (number !== last + 1) {
    const alarm = number > last ? 'submission-gap' : 'submission-late';
    events.alarm(alarm, undefined, { ...about, last });
    return;
  }
  const [before] = store.ledger.submissions(frame.org, last);
  if (previous !== (before ?? null)) events.alarm('submission-chain', undefined, about);
}
