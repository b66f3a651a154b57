import { type Clock, systemClock } from '../../shared/kernel/clock.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';

/** How a renewal runs beside the processes of a home. */
export interface RenewalParams {
  readonly say: (words: string) => void;
  readonly stopping: AbortSignal;
  readonly clock?: Clock;
}

const LOOK_EVERY_MS = 3_600_000;

/** Calls `renewWhenDue` at once and then every hour, until `stopping` aborts; says why `subject` could not be renewed. */
export async function renewHourly(
  subject: string,
  renewWhenDue: (now: Date) => Promise<void>,
  { say, stopping, clock = systemClock }: RenewalParams,
): Promise<void> {
  while (!stopping.aborted) {
    await renewWhenDue(clock()).catch((thrown: unknown) =>
      say(`${subject} cannot be renewed: ${errorFrom(thrown).message}`),
    );
    await pause(LOOK_EVERY_MS, stopping);
  }
}
