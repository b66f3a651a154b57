import type { EvidenceStore } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { OwedDuty } from '../../shared/store/gateway/gateway-owed-answers.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { OverdueDuties } from '../life/overdue-duties.js';
import { claimName } from './drop-answered.js';
import { type OverdueClaimDeps, recorded, type RecordedDuty, signOverdue } from './overdue-claim.js';

interface KeepOverdueDeps extends OverdueClaimDeps {
  readonly store: OverdueClaimDeps['store'] &
    Pick<GatewayStore, 'commit'> & { readonly evidence: EvidenceStore };
  readonly overdueDuties: Pick<OverdueDuties, 'read'>;
  /** True if an answer that is still missing was not sent (`createHearing`). */
  readonly isHearing: () => boolean;
}

/** How many overdue duties one call reads. */
const PAGE = 500;

/**
 * Creates the step that signs and keeps a claim about each overdue receipt and answer. Each page of them is read by two calls in
 * succession, and the second signs what both found. It signs nothing unless both heard the hub (`isHearing`), and nothing about a
 * recipient whose claims fill their share.
 */
export function createKeepOverdue(deps: KeepOverdueDeps): () => Promise<void> {
  let after: string | undefined;
  let seen: ReadonlySet<string> | undefined;
  return async () => {
    const last = seen;
    seen = undefined;
    if (!deps.isHearing()) return;
    const { items, next } = deps.overdueDuties.read({ after, limit: PAGE });
    if (last === undefined) {
      seen = new Set(items.map(nameOf));
      return;
    }
    after = next ?? undefined;
    for (const duty of items) {
      const overdue = last.has(nameOf(duty)) ? recorded(deps.store, duty) : undefined;
      if (overdue !== undefined) await keepClaim(deps, overdue);
    }
  };
}

const nameOf = ({ duty, row, org }: OwedDuty): string => `${duty} ${row} ${org}`;

async function keepClaim(deps: KeepOverdueDeps, overdue: RecordedDuty): Promise<void> {
  const { evidence, commit } = deps.store;
  const { org, record } = overdue;
  const { frame, action } = record;
  const what = action === null ? 'receipt' : 'answer';
  const named = claimName(
    action === null ? { what: 'receipt', frame, org } : { what: 'answer', action, org },
  );
  if (evidence.byDigest(named) !== undefined || evidence.isFull(what, org)) return;
  const bytes = Buffer.from(JSON.stringify(await signOverdue(deps, overdue)));
  const at = deps.identity.clock().getTime();
  await commit(() => evidence.keep({ what, org, frame, digest: named, bytes, at }));
}
