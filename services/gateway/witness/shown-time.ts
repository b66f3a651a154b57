/** A quorate checkpoint of the log. */
export interface WitnessedCheckpoint {
  readonly origin: string;
  readonly size: number;
  /** Of the newest heartbeat that showed it, in milliseconds since the epoch. */
  readonly time: number;
}

/**
 * Measures how long quorate checkpoints have been shown, by the times of the auditor's heartbeats. Only differences between
 * these count, so a wrong clock does not matter; a time without heartbeats counts as one step at most.
 */
export interface ShownTime {
  /** Takes the quorate checkpoint that was shown last; one that is older than another before it changes nothing. */
  saw(checkpoint: WitnessedCheckpoint): void;
  ms(): number;
}

/** Creates the measure; `maxStepMs` is the most that two heartbeats, one after the other, may add. */
export function createShownTime(maxStepMs: number): ShownTime {
  let shownMs = 0;
  let newest: WitnessedCheckpoint | undefined;
  return {
    saw: (checkpoint) => {
      if (newest !== undefined && !isNewer(checkpoint, newest)) return;
      const passedMs = checkpoint.time - (newest?.time ?? checkpoint.time);
      shownMs += Math.min(Math.max(passedMs, 0), maxStepMs);
      newest = checkpoint;
    },
    ms: () => shownMs,
  };
}

/** Compares the sizes first: the auditor's clock may have been set back. The next life of a log begins with smaller ones. */
function isNewer({ origin, size, time }: WitnessedCheckpoint, than: WitnessedCheckpoint): boolean {
  return origin !== than.origin || size > than.size || (size === than.size && time > than.time);
}
