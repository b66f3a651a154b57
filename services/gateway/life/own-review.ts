import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { personOf } from '../../shared/trust/directory-key.js';
import { type VerifiedReview, verifyReview } from '../../shared/trust/signers/break-glass-review.js';
import type { Identity } from '../identity.js';
import type { OrderOf } from './action-order.js';

interface OwnReviewDeps {
  readonly identity: Pick<Identity, 'org' | 'directory' | 'clock'>;
  readonly store: Pick<GatewayStore, 'own'>;
}

/**
 * Returns the order for a review of break-glass, after what a router will verify. Throws `not-found` for an unknown notice, and
 * `not-approved` for a review that does not count.
 */
export async function orderOfReview(
  { identity, store }: OwnReviewDeps,
  id: string,
  review: string,
): Promise<OrderOf<'review'>> {
  if (store.own.find(id) === undefined) throw fail('not-found', 'no such notice');
  const directory = identity.directory.current();
  const by = { issuer: identity.org, audience: directory.federation, now: identity.clock() };
  const { jti, finding, person } = await opened(review, { ...by, key: directory.key });
  const own = store.own.revisions(id).find(({ number }) => `${id}.${number}` === jti);
  const approver = directory.key(own?.breakGlassKid ?? '');
  if (own === undefined || approver === undefined)
    throw refused('no revision of this notice that used break-glass');
  if (store.own.isUnrecorded(own))
    throw refused('the hub refused this revision, or it ended before it was sent');
  if (personOf(approver) === person) throw refused('the person who used break-glass cannot review it');
  return { verb: 'review', reason: finding, jti, review };
}

async function opened(review: string, by: Parameters<typeof verifyReview>[1]): Promise<VerifiedReview> {
  try {
    return await verifyReview(review, by);
  } catch (thrown) {
    const error = errorFrom(thrown);
    throw error.family === 'operational' ? error : refused(error.message);
  }
}

function refused(message: string): LiaisonError {
  return fail('not-approved', `\`/review\`: ${message}`, [{ path: '/review', message }]);
}
