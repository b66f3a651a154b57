/** Measures how long the hub has shown quorate checkpoints without an answer to a question about records. */
export interface HubSilence {
  /** To be called after each question, with the `witnessedMs` of `QuorumWatch` before it. */
  asked(witnessedMs: number, isAnswered: boolean): void;
  ms(): number;
}

/** The most that one question without an answer adds: the connection may have been cut since the question before. */
const MAX_STEP_MS = 30_000;

/** Creates the measure; any answer ends a silence. */
export function createHubSilence(): HubSilence {
  let silentMs = 0;
  let last: number | undefined;
  return {
    asked: (witnessedMs, isAnswered) => {
      silentMs = isAnswered ? 0 : silentMs + Math.min(witnessedMs - (last ?? witnessedMs), MAX_STEP_MS);
      last = isAnswered ? undefined : witnessedMs;
    },
    ms: () => silentMs,
  };
}
