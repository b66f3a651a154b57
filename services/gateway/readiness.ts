import type { Code } from '../shared/kernel/errors.js';
import { isStale } from '../shared/trust/directory.js';
import { type Identity, maySign, memberNow } from './identity.js';
import type { BrokerLink } from './link.js';
import type { Outbox } from './outbound/outbox.js';

/** Says why a gateway does not exchange notices. */
export interface Readiness {
  /** Error codes; empty when it does. */
  reasons(): readonly Code[];
  /** Records whether IN is consumed: `attached`, or a code such as `stream-missing` after the broker lost its disk. */
  setInbound(state: 'attached' | Code): void;
}

interface ReadinessDeps {
  readonly identity: Identity;
  readonly link: BrokerLink;
  readonly outbox: Outbox;
  /** Why the database cannot be written; undefined while it can. */
  readonly storeFault: () => Code | undefined;
  /** True while a reader keeps the log of the database so long that nothing submitted is taken. */
  readonly isLogFull: () => boolean;
  /** True while a restored database is not compared with the ledger yet. */
  readonly isRestored: () => boolean;
}

/** Creates the readiness; IN counts as not consumed until the first `setInbound`. */
export function createReadiness({
  identity,
  link,
  outbox,
  storeFault,
  isLogFull,
  isRestored,
}: ReadinessDeps): Readiness {
  const keys = [identity.noticeSigner, identity.receiptSigner];
  let inbound: 'attached' | Code = 'not-ready';
  return {
    reasons: () => {
      // All else follows from that: its account at the broker is removed.
      if (memberNow(identity, identity.org).state === 'left') return ['organisation-left'];
      const stale = isStale(identity.directory.current(), identity.clock());
      const reasons: (Code | false)[] = [
        stale && 'directory-stale',
        !keys.every((key) => maySign(identity, key)) && 'not-ready',
        !link.isUp() && link.fault(),
        link.isUp() && inbound !== 'attached' && inbound,
        (outbox.isFull() || isLogFull()) && 'full',
        storeFault() ?? false,
        isRestored() && 'not-ready',
      ];
      return [...new Set(reasons.filter((reason) => reason !== false))];
    },
    setInbound: (state) => {
      inbound = state;
    },
  };
}
