import type { Hub } from '../hub.js';
import type { Order } from './open-command.js';
import type { CommandResolution } from './record-command.js';

/** How long after a proposal another person may cancel the notice, in seconds. */
const PROPOSAL_LIFE_S = 86_400;

/**
 * Decides about `cancel`, the federation's recall of a notice. The command of one operator proposes it, and the command of
 * another person that names the proposal, within a day, carries it out; it is in force once that is on the ledger.
 */
export function cancelNotice(
  { store }: Pick<Hub, 'store'>,
  { command, accepted }: Pick<Order, 'command' | 'accepted'>,
): CommandResolution {
  const { org, notice, first, entry, person } = command;
  if (notice === undefined || store.notices.newestNumber(org, notice) === 0) return refused('not-found');
  if (first === undefined) return { outcome: 'proposed', code: null };
  const proposal = store.quarantine.command(first);
  const isProposal = proposal?.verb === 'cancel' && proposal.outcome === 'proposed';
  if (!isProposal || proposal.entry !== entry) return refused('not-found');
  if (proposal.person === person) return refused('second-person-needed');
  if (accepted - proposal.accepted > PROPOSAL_LIFE_S) return refused('expired');
  return { outcome: 'cancelled', code: null };
}

const refused = (code: NonNullable<CommandResolution['code']>): CommandResolution => ({
  outcome: 'refused',
  code,
});
