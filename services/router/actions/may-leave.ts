import type { OrgId } from '../../shared/kernel/ids.js';
import type { RecordedAction } from '../../shared/ledger/action.js';
import { ENDING_VERBS } from '../../shared/notice/action-verbs.js';
import type { KnownDelivery } from '../../shared/store/router/router-deliveries.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { ActKey } from '../../shared/store/router/router-unacts.js';
import { isSuspended } from '../../shared/trust/directory.js';
import type { Hub, Snapshot } from '../hub.js';
import { judgeUnsealPart } from './judge-unseal.js';
import { isEndedOnLedger } from './registers-of.js';

interface Leaving {
  readonly action: RecordedAction;
  readonly recipient: OrgId;
}

/** Whether a recorded action may be handed to a holder: at present, only at a later time, or never. */
type Leave = 'now' | 'later' | 'never';

/** True when a recorded action may be handed to a holder now (`leaveOf`). */
export function mayLeave(hub: Pick<Hub, 'store'>, snapshot: Snapshot, leaving: Leaving): boolean {
  return leaveOf(hub, snapshot, leaving) === 'now';
}

/**
 * Judges whether a recorded action may be handed to a holder. Ends and bars always may. Any other action never may
 * when its key is revoked or a narrowing keeps it from the holder, and an unseal when its notice has ended or the rules
 * forbid it now. While its holder is suspended or no member, it waits.
 */
export function leaveOf(
  { store }: Pick<Hub, 'store'>,
  { directory, policy, now }: Snapshot,
  { action, recipient }: Leaving,
): Leave {
  if (ENDING_VERBS.has(action.verb)) return 'now';
  const { originator, digest } = action;
  if (store.actions.isUnacted({ originator, action: digest, recipient })) return 'never';
  const revoked = directory.key(action.kid)?.revokedAt;
  if (revoked !== undefined && revoked <= now) return 'never';
  const own = action.listed.find(({ to }) => to === recipient);
  if (own !== undefined && 'disclosure' in own) {
    if (isEndedOnLedger(store, originator, action.id)) return 'never';
    const judging = { store, policy, isClosed: () => false };
    if (judgeUnsealPart(judging, { action, part: own }) !== undefined) return 'never';
  }
  const member = directory.organisations.get(recipient);
  return member === undefined || isSuspended(member, now) ? 'later' : 'now';
}

/**
 * True when a narrowing must record that an action no longer goes to a holder: the action may never be handed over, the
 * holder has not answered it, and no delivery with it was stored in the holder's IN.
 */
export function isToUnact(hub: Pick<Hub, 'store'>, snapshot: Snapshot, leaving: Leaving): boolean {
  return isOpenAct(hub, leaving) && leaveOf(hub, snapshot, leaving) === 'never';
}

/** True when no narrowing keeps an action from a holder, the holder has not answered it, and it is not in the holder's IN. */
export function isOpenAct({ store }: Pick<Hub, 'store'>, { action, recipient }: Leaving): boolean {
  const key = { originator: action.originator, action: action.digest, recipient };
  const { actions } = store;
  return !actions.isUnacted(key) && actions.answersOf(key).length === 0 && !isInInbox(store, key);
}

/** True when a delivery that has this action was stored in its holder's IN. */
export function isInInbox(
  { actions, deliveries }: Pick<RouterStore, 'actions' | 'deliveries'>,
  key: ActKey,
): boolean {
  const { originator, recipient } = key;
  return actions.framesHanding(key).some((frame) => {
    const delivery = { originator, frame, recipient };
    return (
      deliveries.statusOf(delivery) === 'delivered' && !deliveries.lackedBy(delivery).includes(key.action)
    );
  });
}

/**
 * Returns the digests of the actions that the records of a frame hand to a recipient, that it has not answered and that a copy with
 * the actions `packed` lacks. Ends and bars are never among them, because they always may leave.
 */
export function lackedActs(
  { store }: Pick<Hub, 'store'>,
  { originator, frame, recipient }: KnownDelivery,
  packed: ReadonlyMap<string, unknown>,
): readonly string[] {
  return store.actions
    .openActsIn(originator, frame)
    .flatMap((act) => (act.recipient === recipient && !packed.has(act.action) ? [act.action] : []));
}
