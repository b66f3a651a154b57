/** Wakes one waiting loop. Rung while no loop waits, it makes the next wait return at once. */
export interface Bell {
  ring(): void;
  /** Resolves when rung, when the signal aborts or, if given, after `ms`. */
  wait(signal: AbortSignal, ms?: number): Promise<void>;
}

/** Creates a bell that was not rung. */
export function createBell(): Bell {
  let rung = false;
  let wake = (): void => undefined;
  return {
    ring: () => {
      rung = true;
      wake();
    },
    wait: async (signal, ms) => {
      if (!rung && !signal.aborted) await sleep((resolve) => (wake = resolve), signal, ms);
      rung = false;
      wake = () => undefined;
    },
  };
}

function sleep(arm: (resolve: () => void) => void, signal: AbortSignal, ms?: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    arm(done);
  });
}
