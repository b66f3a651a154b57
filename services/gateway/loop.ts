import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';
import { pause } from '../shared/kernel/pause.js';

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
