import { isInTime, isOtherPerson } from '../../shared/ledger/command/command-pair.js';
import type { CommandVerb } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';
import type { Order } from './open-command.js';
import type { CommandResolution } from './record-command.js';

/** An order that takes two persons, and its outcome once the second one carried it out. */
interface ByTwo {
  readonly verb: CommandVerb;
  readonly outcome: CommandResolution['outcome'];
}

/**
 * Judges the persons of an order: a command that names no other proposes it, and one of another person, at most a day later,
 * carries it out.
 */
export function judgeSecond(
  store: Pick<Hub['store'], 'quarantine'>,
  { command: { first, entry, person }, accepted }: Pick<Order, 'command' | 'accepted'>,
  { verb, outcome }: ByTwo,
): CommandResolution {
  if (first === undefined) return { outcome: 'proposed', code: null };
  const proposal = store.quarantine.command(first);
  const isProposal = proposal?.verb === verb && proposal.outcome === 'proposed';
  if (!isProposal || proposal.entry !== entry) return refused('proposal-unknown');
  const second = { person, accepted };
  if (!isInTime(proposal, second)) return refused('expired');
  if (!isOtherPerson(proposal, second)) return refused('second-person-needed');
  return { outcome, code: null, proposal: proposal.record };
}

/** The resolution of a command that is refused. */
export const refused = (code: NonNullable<CommandResolution['code']>): CommandResolution => ({
  outcome: 'refused',
  code,
});
