import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ClockWatch } from '../clock-watch.js';
import { isRestored } from '../holding/restored.js';
import type { InboxDrain } from '../inbound/inbox-drain.js';
import type { BrokerLink } from '../link.js';

interface HearingDeps {
  readonly store: Pick<GatewayStore, 'facts'>;
  readonly link: Pick<BrokerLink, 'isUp'>;
  readonly drain: Pick<InboxDrain, 'isDrained'>;
  readonly clockWatch: Pick<ClockWatch, 'isConfirmed'>;
}

/**
 * Creates the question whether an answer that is still missing was not sent: true while the connection is up, IN was drained since
 * then, the hub's time agrees with the clock, and the database is not one that was restored and must still be compared with the ledger.
 */
export function createHearing({ store, link, drain, clockWatch }: HearingDeps): () => boolean {
  let wasDrained = false;
  return () => {
    // Once is enough: IN of a busy gateway is seldom empty.
    wasDrained = link.isUp() && (wasDrained || drain.isDrained());
    return wasDrained && clockWatch.isConfirmed() && !isRestored(store);
  };
}
