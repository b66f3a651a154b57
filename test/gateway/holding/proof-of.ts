import type { HeldAction } from '../../../services/shared/ledger/held/held-action.js';

/** Returns an action with this statement as a gateway keeps it, with a proof that does not verify. */
export function proofOf(statement: string): HeldAction {
  const own = { index: 0, size: 1, path: [] };
  const shown = { statement: 'record', salt: '', part: '', own, index: 0, path: [] };
  return { statement, leaf: null, shown, receivedAt: new Date(0).toISOString() };
}
