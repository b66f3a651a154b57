import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { deadlineOf, type Deadlines, DUTIES } from '../../shared/notice/deadlines.js';
import { KINDS } from '../../shared/notice/kinds.js';
import type { OwedDuty, OwedRecord } from '../../shared/store/gateway/gateway-owed-answers.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import { type OwedClaim, signOwed } from '../../shared/verify/owed-claim.js';
import { frames } from '../../shared/wire/frames.js';
import { federationOf } from '../identity.js';
import { requireSet } from '../signed-parts.js';
import type { EvidenceDeps } from './own-pack.js';

/** What claims about overdue receipts and answers are made from. */
export interface OverdueClaimDeps {
  readonly identity: EvidenceDeps['identity'];
  readonly store: Pick<EvidenceDeps['store'], 'own' | 'items' | 'settlement' | 'owed'>;
  readonly deadlines: Deadlines;
}

/** A duty of a recipient, and the record from which it follows. */
export interface RecordedDuty {
  readonly duty: OwedDuty;
  readonly org: OrgId;
  readonly record: OwedRecord;
}

/**
 * Signs the claim that a recipient owes its receipt for an own notice, or else its answer to an action on it, since the deadline.
 * Undefined while neither is overdue, and before the hub's report.
 */
export async function overdueClaim(
  deps: OverdueClaimDeps,
  id: string,
  recipient: OrgId,
): Promise<OwedClaim | undefined> {
  const now = deps.identity.clock().getTime();
  const [overdue] = dutiesOf(deps.store, id, recipient)
    .filter((duty) => dueAt(deps.deadlines, duty) <= now)
    .flatMap((duty) => recorded(deps.store, duty) ?? []);
  if (overdue === undefined) return undefined;
  const organisations = new Set<string>([deps.identity.org, recipient]);
  const directory = showDirectory(deps.identity.directory.current().frame, {
    organisations,
    persons: new Set(),
  });
  return { kind: 'claim', directory, ...(await signOverdue(deps, overdue)) };
}

/** Returns a duty with the record from which it follows; undefined for a duty of the hub, and for an answer to a request. */
export function recorded(
  { owed }: Pick<OverdueClaimDeps['store'], 'owed'>,
  duty: OwedDuty,
): RecordedDuty | undefined {
  const record = duty.org === null || duty.duty === 'request' ? undefined : owed.recordOf(duty);
  return record && { duty, org: parseOrgId(duty.org), record };
}

/** Signs that the recipient has not fulfilled this duty, and resolves to the claim with the statement of the record. */
export async function signOverdue(
  { identity, store, deadlines }: OverdueClaimDeps,
  { duty, org, record: { digest, action } }: RecordedDuty,
): Promise<Pick<OwedClaim, 'statement' | 'record'>> {
  const about = action === null ? ({ what: 'receipt' } as const) : ({ what: 'answer', action } as const);
  const owed = { ...about, owes: org, record: digest, since: new Date(dueAt(deadlines, duty)) };
  const by = { signer: identity.noticeSigner, federation: federationOf(identity), now: identity.clock() };
  const bytes = store.settlement.recordNamed(digest)?.bytes ?? new Uint8Array();
  const { statement: record } = requireSet(frames.record.decode(bytes).statement);
  return { statement: await signOwed(owed, by), record };
}

/** What a recipient owes about an own notice: receipts first, each oldest first. */
function dutiesOf(
  { own, items, settlement }: OverdueClaimDeps['store'],
  id: string,
  recipient: OrgId,
): readonly OwedDuty[] {
  const about = { id, org: recipient };
  const isOf = ({ org }: { readonly org: string }): boolean => org === recipient;
  const receipts = own
    .revisions(id)
    .filter(({ seq }) => settlement.waitingOf(seq).some(isOf))
    .map(({ seq, kind, at }) => ({ ...about, kind, duty: 'receipt', since: at, row: seq }));
  const answers = items.of('', id).flatMap(({ seq, kind, verb }) =>
    items
      .owedFor(seq)
      .filter(isOf)
      .map(({ since }) => ({ ...about, kind, duty: verb, since, row: seq })),
  );
  return [...receipts, ...answers];
}

function dueAt(deadlines: Deadlines, { kind: named, duty: word, since }: OwedDuty): number {
  const duty = DUTIES.find((one) => one === word) ?? 'receipt';
  const kind = KINDS.find((one) => one === named) ?? 'red';
  return deadlineOf(deadlines, { duty, kind, since });
}
