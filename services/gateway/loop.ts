import { setTimeout as delay } from 'node:timers/promises';
import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';

export interface Loop {
  /** Resolves when the step under way has ended. */
  stop(): Promise<void>;
}

interface Looping {
  readonly step: (signal: AbortSignal) => Promise<void>;
  /** The step failed; it runs again after a second. */
  readonly onTrouble: (trouble: LiaisonError) => void;
}

const PAUSE_MS = 1_000;

/** Runs `step` again and again until stopped. */
export function startLoop({ step, onTrouble }: Looping): Loop {
  const ending = new AbortController();
  const running = (async () => {
    while (!ending.signal.aborted) {
      try {
        await step(ending.signal);
      } catch (error) {
        if (ending.signal.aborted) return;
        onTrouble(errorFrom(error));
        await pause(PAUSE_MS, ending.signal);
      }
    }
  })();
  return {
    stop: async () => {
      ending.abort();
      await running;
    },
  };
}

/** A delay that an abort ends early. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
