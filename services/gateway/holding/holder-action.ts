import type { ReceivedAction } from '../../shared/ledger/action-delivery.js';
import { handedItemOf, type HeldAction } from '../../shared/ledger/held/held-action.js';
import type { HolderAction } from './apply-action.js';

/** Returns what a verified action changes in the registers of its notice, with what proves it later. */
export function holderActionOf(action: ReceivedAction, proof: HeldAction): HolderAction {
  const { digest, id, reason = null, disclosure, own } = action;
  const declines = own !== undefined && 'request' in own ? { declines: own.request } : {};
  return { digest, id, reason, item: handedItemOf(action), disclosure, proof, ...declines };
}
