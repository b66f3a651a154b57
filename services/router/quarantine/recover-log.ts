import type { EndedLog } from '../../shared/ledger/command-content.js';
import type { Hub } from '../hub.js';
import type { Order } from './open-command.js';
import { judgeSecond, refused } from './judge-second.js';
import type { CommandResolution } from './record-command.js';

/**
 * Judges `recover`, which begins the next life of the log. The command of one operator proposes it, and the command of
 * another person, at most a day later, carries it out. Both name what the auditor lacks (`lacking`) exactly. The auditor begins
 * the life once the record of the second command is in its file.
 */
export function recoverLog(
  { store }: Pick<Hub, 'store'>,
  order: Pick<Order, 'command' | 'accepted'>,
  lacking: EndedLog | undefined,
): CommandResolution {
  const { ended } = order.command;
  if (lacking === undefined) return refused('not-found');
  if (ended?.checkpoint !== lacking.checkpoint || ended.kept !== lacking.kept)
    return refused('digest-mismatch');
  return judgeSecond(store, order, { verb: 'recover', outcome: 'recovered' });
}
