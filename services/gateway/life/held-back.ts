import type { LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';

/** Returns a function that raises the alarm once restrictions for this cause are held back, and ends it when none is. */
export function followHeldBack(
  alarms: Alarms,
  cause: 'by-policy' | 'leaving',
): (heldBack: LiaisonError | undefined) => void {
  const alarm = alarms.follow('restrictions-held-back', cause);
  let isRaised = false;
  return (heldBack) => {
    if (isRaised !== (heldBack !== undefined)) alarm(heldBack);
    isRaised = heldBack !== undefined;
  };
}
