import type { OrgId } from '../../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';

/** Returns the name of the folder in which an owner has its files; that of `LEDGER_OWNER` has those of the federation. */
export function folderOf(owner: OrgId): OrgId | 'federation' {
  return owner === LEDGER_OWNER ? 'federation' : owner;
}
