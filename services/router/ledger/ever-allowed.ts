import type { OrgId } from '../../shared/kernel/ids.js';
import type { DecisionPart, DenialPart } from '../../shared/ledger/record-parts.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { recordedIn } from './projection.js';

/**
 * Returns each recipient that a record allowed a revision. A recipient that a later narrowing denied counts as
 * well, because a copy may have left before.
 */
export function everAllowed(
  { notices }: Pick<RouterStore, 'notices'>,
  known: KnownNotice,
): ReadonlySet<OrgId> {
  const narrowed = notices
    .narrowingsOf(known)
    .flatMap((text) => JSON.parse(text) as readonly (DecisionPart | DenialPart)[]);
  // A narrowing names only recipients that a record had allowed.
  return new Set([
    ...recordedIn(known).decisions.flatMap(({ to, outcome }) => (outcome === 'denied' ? [] : [to])),
    ...narrowed.flatMap((part) => (part.type === 'decision' ? [part.to] : [])),
  ]);
}
