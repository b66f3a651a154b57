import { forgetOldest } from '../../shared/kernel/bounded-map.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';

/** The most notices remembered. */
const MAX = 10_000;

/**
 * Creates the function that raises an alarm about a restriction that no person ordered and that cannot be signed: its
 * holders keep what they may not hold. Raises one for each notice, and none for a notice that has ended or once this organisation
 * has left; throws an operational failure, after which the same restriction is tried again.
 */
export function createRefusedRestriction(alarms: Alarms): (notice: string, thrown: unknown) => void {
  const raised = new Set<string>();
  return (notice, thrown) => {
    const error = errorFrom(thrown);
    if (error.family === 'operational') throw thrown;
    if (error.code === 'notice-ended' || error.code === 'organisation-left' || raised.has(notice)) return;
    forgetOldest(raised.add(notice), MAX);
    alarms.raise('restriction-refused', error, { notice });
  };
}
