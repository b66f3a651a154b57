import { pause } from '../shared/kernel/pause.js';

/** A running loop. */
export interface Repetition {
  /** Ends the current pause. */
  wake(): void;
  /** Ends the loop; resolves when the current step ends. */
  stop(): Promise<void>;
}

/** Repeats `step` until stopped. `step` resolves with the pause before the next one, in ms, and must not reject. */
export function repeat(step: (stopping: AbortSignal) => Promise<number>): Repetition {
  const stopping = new AbortController();
  let waking = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const ms = await step(stopping.signal);
      const signal = AbortSignal.any([stopping.signal, waking.signal]);
      if (ms > 0) await pause(ms, signal);
      if (waking.signal.aborted) waking = new AbortController();
    }
  };
  const running = run();
  return {
    wake: () => waking.abort(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
