import type { ShownHeldStanding } from '../../shared/wire/shown-standing.js';
import type { Holding } from './holding.js';

/**
 * What a restored gateway does with a copy from before: `erase` one that ended or was replaced meanwhile, `hide` one on which an action
 * came that is lost, or that the hub does not know, and `show` any other.
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
