import type { VerifiedRequest } from '../../shared/ledger/request.js';
import { recordedIn } from '../ledger/projection.js';
import type { JudgingLives } from './judging-action.js';
import { isAnswered } from './judge-decline.js';
import type { ActionRefusal } from './refuse.js';
import { isEndedOnLedger } from './registers-of.js';

/**
 * Judges a request that is not on the ledger; undefined when nothing is against it. A request for a section
 * that no record advertised to its holder gets the same answer as a request for an unknown notice.
 */
export function judgeRequest(
  { store, acts, now, isClosed }: Pick<JudgingLives, 'store' | 'acts' | 'now' | 'isClosed'>,
  { holder, to, id, revision, section }: VerifiedRequest,
): ActionRefusal | undefined {
  const known = store.notices.byDigest(to, revision);
  if (known === undefined || !known.jti.startsWith(`${id}.`)) return { code: 'not-own-notice' };
  const decision = recordedIn(known).decisions.find((one) => one.to === holder);
  if (!decision?.advertised.includes(section)) return { code: 'not-own-notice' };
  if (known.exp * 1000 <= now.getTime() || isEndedOnLedger(store, to, id)) return { code: 'notice-ended' };
  if (isClosed(to)) return { code: 'not-permitted', rules: [] };
  const asks = store.asks.of({ holder, originator: to, id, section });
  return asks.some((ask) => !isAnswered(acts, ask)) ? { code: 'request-open' } : undefined;
}
