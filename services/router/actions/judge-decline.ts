import type { VerifiedAction } from '../../shared/ledger/action.js';
import type { DeclinePart } from '../../shared/ledger/listed-part.js';
import type { KnownAsk } from '../../shared/store/router/router-asks.js';
import type { ActionsRead } from './actions-read.js';
import type { JudgingLives } from './judging-action.js';
import type { ActionRefusal } from './refuse.js';

interface Declining {
  readonly action: VerifiedAction;
  readonly part: DeclinePart;
}

/**
 * Judges one leaf of a decline; undefined when nothing is against it. The leaf must name a request of that
 * holder about this notice, which no other action has answered.
 */
export function judgeDecline(
  { store, acts }: Pick<JudgingLives, 'store' | 'acts'>,
  { action: { originator, id, digest }, part: { to, request } }: Declining,
): ActionRefusal | undefined {
  const ask = store.asks.byDigest(to, request);
  if (ask === undefined || ask.originator !== originator || ask.id !== id) return { code: 'not-own-notice' };
  return isAnswered(acts, ask, digest) ? { code: 'request-answered' } : undefined;
}

/**
 * True when a request is answered: by a decline that names it, or by an unseal of its section to its holder
 * that was not recorded before the request. `except`: the digest of an action that does not count.
 */
export function isAnswered(
  acts: ActionsRead,
  { originator, id, holder, section, digest: request, at }: KnownAsk,
  except?: string,
): boolean {
  const declines = acts.answering({ originator, id }, { holder, request });
  const unseals = acts.answering({ originator, id }, { holder, section }).filter((one) => one.at >= at);
  return [...declines, ...unseals].some(({ digest }) => digest !== except);
}
