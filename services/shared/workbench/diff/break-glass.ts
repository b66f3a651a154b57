import type { Change } from './changes.js';

/** Returns the reason of break-glass of the plainest notice that a change affects; undefined if some kind needs none. */
export function breakGlassOf({ kinds }: Pick<Change, 'kinds'>): string | undefined {
  const reasons = kinds.map(({ counterexample }) => counterexample.header.breakGlass);
  return reasons.includes(undefined) ? undefined : reasons[0];
}
