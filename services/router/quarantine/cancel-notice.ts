import { isEndedOnLedger } from '../actions/registers-of.js';
import type { Hub } from '../hub.js';
import type { Order } from './open-command.js';
import { judgeSecond, refused } from './judge-second.js';
import type { CommandResolution } from './record-command.js';

/**
 * Judges `cancel`, the federation's recall of a notice. The command of one operator proposes the recall. The
 * command of another person, at most a day later, names the proposal and carries the recall out, which is in force
 * once the record of that command is on the ledger. Judges by what the router has applied of the ledger.
 */
export function cancelNotice(
  { store }: Pick<Hub, 'store'>,
  order: Pick<Order, 'command' | 'accepted'>,
): CommandResolution {
  return store.read(() => judgeRecall(store, order));
}

function judgeRecall(
  store: Hub['store'],
  { command, accepted }: Pick<Order, 'command' | 'accepted'>,
): CommandResolution {
  const { org, notice } = command;
  if (notice === undefined || store.notices.newestNumber(org, notice) === 0) return refused('not-found');
  if (isEndedOnLedger(store, org, notice)) return refused('notice-ended');
  return judgeSecond(store, { command, accepted }, { verb: 'cancel', outcome: 'cancelled' });
}

/**
 * Publishes one event `recalled` for the originator and each holder of a notice that a command recalled; none for any other
 * command, or for a recall that was not carried out.
 */
export function emitRecalled(
  { events, store }: Pick<Hub, 'events' | 'store'>,
  { command }: Pick<Order, 'command'>,
): void {
  const { org: originator, notice, digest } = command;
  if (notice === undefined) return;
  const recall = store.actions.byDigest(originator, digest);
  if (recall === undefined) return;
  const { frame } = recall;
  const { jti = null, kind } = store.notices.newestOf(originator, notice) ?? {};
  for (const { recipient } of store.actions.actsIn(originator, frame))
    events.emit('recalled', { originator, recipient, kind, frame, jti });
}
