/** Wakes one waiting loop; rung while nobody waits, the next wait returns at once. */
export interface Bell {
  ring(): void;
  /** Until rung, aborted or, if given, `ms` have passed. */
  wait(signal: AbortSignal, ms?: number): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake = (): void => undefined;
  return {
    ring: () => {
      rung = true;
      wake();
    },
    wait: async (signal, ms) => {
      if (!rung && !signal.aborted) await asleep((resolve) => (wake = resolve), signal, ms);
      rung = false;
      wake = () => undefined;
    },
  };
}

function asleep(arm: (resolve: () => void) => void, signal: AbortSignal, ms?: number): Promise<void> {
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
