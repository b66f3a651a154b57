import type { OrgId } from '../../shared/kernel/ids.js';
import type { RecordedAction } from '../../shared/ledger/action.js';
import { ENDING_VERBS } from '../../shared/notice/action-verbs.js';
import { isSuspended } from '../../shared/trust/directory.js';
import type { Hub, Snapshot } from '../hub.js';
import { judgeUnsealPart } from './judge-unseal.js';
import { isEndedOnLedger } from './registers-of.js';

interface Leaving {
  readonly action: RecordedAction;
  readonly recipient: OrgId;
}

/**
 * True when a recorded action may be handed to a holder now. Ends and bars always may. Any other action may
 * not when its key is revoked, its holder is suspended or a narrowing keeps it from the holder; an unseal does
 * not leave once its notice has ended, and is judged again.
 */
export function mayLeave(
  { store }: Pick<Hub, 'store'>,
  { directory, policy, now }: Snapshot,
  { action, recipient }: Leaving,
): boolean {
  if (ENDING_VERBS.has(action.verb)) return true;
  const { originator, digest } = action;
  if (store.actions.isUnacted({ originator, action: digest, recipient })) return false;
  const revoked = directory.key(action.kid)?.revokedAt;
  const member = directory.organisations.get(recipient);
  if (revoked !== undefined && revoked <= now) return false;
  if (member === undefined || isSuspended(member, now)) return false;
  const own = action.listed.find(({ to }) => to === recipient);
  if (own === undefined || !('disclosure' in own)) return true;
  if (isEndedOnLedger(store, originator, action.id)) return false;
  return judgeUnsealPart({ store, policy, isClosed: () => false }, { action, part: own }) === undefined;
}
