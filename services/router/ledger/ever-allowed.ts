import type { OrgId } from '../../shared/kernel/ids.js';
import type { DecisionPart, DenialPart } from '../../shared/ledger/record-parts.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';

/**
 * Returns each recipient that a record allowed a revision. A recipient that a later narrowing denied counts as
 * well, because a copy may have left before.
 */
export function everAllowed(
  { notices }: Pick<RouterStore, 'notices'>,
  known: KnownNotice,
): ReadonlySet<OrgId> {
  const read = (text: string) => JSON.parse(text) as readonly (DecisionPart | DenialPart)[];
  const allowed = read(known.decisions).filter(
    (part) => part.type === 'decision' && part.outcome !== 'denied',
  );
  // A narrowing names only recipients that a record had allowed.
  const narrowed = notices.narrowingsOf(known).flatMap(read);
  return new Set([...allowed, ...narrowed].flatMap((part) => (part.type === 'decision' ? [part.to] : [])));
}
