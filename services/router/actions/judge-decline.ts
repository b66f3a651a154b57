import type { VerifiedAction } from '../../shared/ledger/action.js';
import type { DeclinePart } from '../../shared/ledger/listed-part.js';
import type { KnownAsk } from '../../shared/store/router/router-asks.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { readKnownAction } from './registers-of.js';
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
  store: Pick<RouterStore, 'actions' | 'asks'>,
  { action: { originator, id, digest }, part: { to, request } }: Declining,
): ActionRefusal | undefined {
  const ask = store.asks.byDigest(to, request);
  if (ask === undefined || ask.originator !== originator || ask.id !== id) return { code: 'not-own-notice' };
  return isAnswered(store, ask, digest) ? { code: 'request-answered' } : undefined;
}

/**
 * True when a request is answered: by a decline that names it, or by an unseal of its section to its holder
 * that was not recorded before the request. `except`: the digest of an action that does not count.
 */
export function isAnswered(
  { actions }: Pick<RouterStore, 'actions'>,
  { originator, id, holder, section, digest, at }: KnownAsk,
  except?: string,
): boolean {
  return actions
    .of(originator, id)
    .filter((known) => known.digest !== except && (known.verb === 'decline' || known.verb === 'unseal'))
    .some((known) =>
      readKnownAction(known).listed.some((part) => {
        if (part.to !== holder) return false;
        if ('request' in part) return part.request === digest;
        return 'disclosure' in part && part.section === section && known.at >= at;
      }),
    );
}
