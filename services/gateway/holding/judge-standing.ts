import type { ShownHeldStanding } from '../../shared/wire/shown-standing.js';
import type { Holding } from './holding.js';

/**
 * Returns what a restored gateway does with a copy: `erase` it if the notice ended or was amended meanwhile,
 * `hide` it if an action on it is lost or the hub does not know the notice, else `show` it.
 */
export function judgeStanding(
  { registers, answers }: Holding,
  { number, end, actions }: ShownHeldStanding,
): 'erase' | 'hide' | 'show' {
  const held = registers.content?.number ?? 0;
  if (end !== null || (number !== null && number > held)) return 'erase';
  const isComplete = actions.every((action) => answers.some(({ digest }) => digest === action));
  return number !== null && isComplete ? 'show' : 'hide';
}
