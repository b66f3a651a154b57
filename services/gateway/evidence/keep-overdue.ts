import type { EvidenceStore } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import type { ClockWatch } from '../clock-watch.js';
import type { OverdueDuties } from '../life/overdue-duties.js';
import { type OverdueClaimDeps, recorded, type RecordedDuty, signOverdue } from './overdue-claim.js';

interface KeepOverdueDeps extends OverdueClaimDeps {
  readonly store: OverdueClaimDeps['store'] &
    Pick<GatewayStore, 'commit'> & { readonly evidence: EvidenceStore };
  readonly overdueDuties: Pick<OverdueDuties, 'read'>;
  readonly clockWatch: Pick<ClockWatch, 'isAhead'>;
}

/** How many overdue duties one call reads. */
const PAGE = 500;

/**
 * Creates the step that signs and keeps a claim about each overdue receipt and answer. Each call reads the next page of
 * them. It signs nothing while the clock is ahead of the hub's, and nothing about a recipient whose claims fill their share.
 */
export function createKeepOverdue(deps: KeepOverdueDeps): () => Promise<void> {
  let after: string | undefined;
  return async () => {
    if (deps.clockWatch.isAhead()) return;
    const { items, next } = deps.overdueDuties.read({ after, limit: PAGE });
    after = next ?? undefined;
    for (const duty of items) {
      const overdue = recorded(deps.store, duty);
      if (overdue !== undefined) await keepClaim(deps, overdue);
    }
  };
}

async function keepClaim(deps: KeepOverdueDeps, overdue: RecordedDuty): Promise<void> {
  const { evidence, commit } = deps.store;
  const { org, record } = overdue;
  const { frame, action } = record;
  const what = action === null ? 'receipt' : 'answer';
  const named = digest(`${what} ${frame} ${action ?? ''} ${org}`);
  if (evidence.byDigest(named) !== undefined || evidence.isFull(what, org)) return;
  const bytes = Buffer.from(JSON.stringify(await signOverdue(deps, overdue)));
  const at = deps.identity.clock().getTime();
  await commit(() => evidence.keep({ what, org, frame, digest: named, bytes, at }));
}
