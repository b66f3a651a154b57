import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';
import { pause } from '../shared/kernel/pause.js';

/** One round of a loop. The signal aborts when the loop is stopped. */
export type LoopStep = (signal: AbortSignal) => Promise<void>;

/** A running loop. */
export interface Loop {
  /** Aborts the step under way; resolves when it has ended. */
  stop(): Promise<void>;
}

interface StartLoopParams {
  readonly step: LoopStep;
  /** The step failed; it runs again after a second. */
  readonly onError: (error: LiaisonError) => void;
}

const ERROR_PAUSE_MS = 1_000;

/** Runs `step` again and again until stopped; after an error it pauses for a second. */
export function startLoop({ step, onError }: StartLoopParams): Loop {
  const ending = new AbortController();
  const running = (async () => {
    while (!ending.signal.aborted) {
      try {
        await step(ending.signal);
      } catch (error) {
        if (ending.signal.aborted) return;
        onError(errorFrom(error));
        await pause(ERROR_PAUSE_MS, ending.signal);
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
