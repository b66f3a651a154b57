import type { Meter } from '../shared/runtime/meter.js';
import { measureVitals } from '../shared/runtime/vitals.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import { CONTRACT } from '../shared/wire/contract.js';
import type { Identity } from './identity.js';
import type { OverdueDuties } from './life/overdue-duties.js';
import type { BrokerLink } from './link.js';
import { measureGateway } from './metrics.js';
import type { Readiness } from './readiness.js';

/** The most overdue duties that the metric counts. */
const MAX_OVERDUE = 1_000;

interface MeasuredParts {
  readonly link: Pick<BrokerLink, 'isUp'>;
  readonly readiness: Pick<Readiness, 'reasons'>;
  readonly overdueDuties: Pick<OverdueDuties, 'list'>;
  readonly witnessing: { readonly unwitnessedMs: () => number };
}

/** Measures the parts of a gateway whenever its metrics are read. */
export function measureParts(
  {
    identity,
    store,
    meter,
  }: { readonly identity: Identity; readonly store: Pick<GatewayStore, 'counts'>; readonly meter: Meter },
  { link, readiness, overdueDuties, witnessing }: MeasuredParts,
): void {
  measureGateway(meter, {
    counts: store.counts,
    overdue: () => overdueDuties.list({ limit: MAX_OVERDUE }).items.length,
    now: () => identity.clock().getTime(),
    unwitnessedMs: witnessing.unwitnessedMs,
  });
  measureVitals(meter, {
    reasons: readiness.reasons,
    isConnected: link.isUp,
    directory: identity.directory.current,
    contract: CONTRACT,
    keys: { notice: identity.noticeSigner, receipt: identity.receiptSigner },
  });
}
