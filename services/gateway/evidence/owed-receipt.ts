import type { OrgId } from '../../shared/kernel/ids.js';
import { deadlineOf, type Deadlines } from '../../shared/notice/deadlines.js';
import type { Kind } from '../../shared/notice/kinds.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import { type OwedClaim, signOwed } from '../../shared/verify/owed-claim.js';
import { frames } from '../../shared/wire/frames.js';
import { federationOf } from '../identity.js';
import { requireSet } from '../signed-parts.js';
import type { EvidenceDeps } from './own-pack.js';

interface OwedDeps extends EvidenceDeps {
  readonly deadlines: Deadlines;
}

/**
 * Signs the claim that a recipient owes its receipt for an own notice since the deadline. Undefined while no receipt of it is
 * overdue, and before the hub's report.
 */
export async function owedReceipt(
  { identity, store, deadlines }: OwedDeps,
  id: string,
  recipient: OrgId,
): Promise<OwedClaim | undefined> {
  const now = identity.clock();
  const due = ({ kind, at }: OwnRow): number =>
    deadlineOf(deadlines, { duty: 'receipt', kind: kind as Kind, since: at });
  const own = store.own
    .revisions(id)
    .find((row) => due(row) <= now.getTime() && isAwaited(store, row, recipient));
  const [report] = typeof own?.frame === 'number' ? store.settlement.recordsOn(own.frame) : [];
  if (own === undefined || report === undefined) return undefined;
  const owed = {
    what: 'receipt',
    owes: recipient,
    record: report.digest,
    since: new Date(due(own)),
  } as const;
  const by = { signer: identity.noticeSigner, federation: federationOf(identity), now };
  return {
    kind: 'claim',
    directory: showDirectory(identity.directory.current().frame, {
      organisations: new Set([identity.org, recipient]),
      persons: new Set(),
    }),
    statement: await signOwed(owed, by),
    record: requireSet(frames.record.decode(report.bytes).statement).statement,
  };
}

function isAwaited({ settlement }: EvidenceDeps['store'], { seq }: OwnRow, recipient: OrgId): boolean {
  return settlement.waitingOf(seq).some(({ org }) => org === recipient);
}
