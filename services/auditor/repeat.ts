import { pause } from '../shared/kernel/pause.js';

export interface Repetition {
  /** Cuts the pause short. */
  wake(): void;
  /** Waits for the step that is under way. */
  stop(): Promise<void>;
}

/** Runs `step` again and again until stopped; it resolves with the pause until the next, in ms, and never rejects. */
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
