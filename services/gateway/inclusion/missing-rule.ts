/** What decides whether a record is missing. */
export interface MissingParams {
  /** For how long it was waited for, as `RecordWaits` measures it. */
  readonly waitedMs: number;
  /** The hub answered, and did not prove the record. */
  readonly isDenied: boolean;
  /** The hub has been silent for the time owed, as `createHubSilence` measures it. */
  readonly isSilent: boolean;
  readonly owedMs: number;
}

/**
 * True if the hub owes the inclusion of a record: the hub has shown quorate checkpoints for `owedMs` since the first question
 * about the record, and denies it, or has not answered in that time. No record is missing while the auditor is down, the
 * connection is cut or no quorum is shown: readiness and the alarm `unwitnessed` report these.
 */
export function isMissing({ waitedMs, isDenied, isSilent, owedMs }: MissingParams): boolean {
  return (isDenied || isSilent) && waitedMs >= owedMs;
}

/** Measures for how long records are waited for, in the `witnessedMs` of `QuorumWatch`. */
export interface RecordWaits {
  /** Returns for how long a record has been waited for: 0 at its first question since the start. */
  waited(record: string, witnessedMs: number): number;
  end(record: string): void;
}

/** The records that are waited for at once; any further one waits until there is room. */
const MAX_WAITS = 10_000;

/** Creates the measure. It is not stored: a restart delays what a hub is told that it owes by the time owed at most. */
export function createRecordWaits(): RecordWaits {
  const since = new Map<string, number>();
  return {
    waited: (record, witnessedMs) => {
      const first = since.get(record) ?? witnessedMs;
      if (since.size < MAX_WAITS) since.set(record, first);
      return witnessedMs - first;
    },
    end: (record) => void since.delete(record),
  };
}

/** Measures for how long the hub showed quorate checkpoints and answered no question about records. */
export interface HubSilence {
  /** To be called after each question, with the `witnessedMs` of `QuorumWatch` before it. */
  asked(witnessedMs: number, isAnswered: boolean): void;
  ms(): number;
}

/** The most that one question without an answer adds: the connection may have been cut since the one before. */
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

interface QuestionTime {
  /** When the record arrived. */
  readonly at: number;
  readonly now: number;
  readonly owedMs: number;
}

/**
 * Returns when a record that is not proved is asked about next. The pause grows with its age, from a twelfth of the time owed to
 * ten times that.
 */
export function nextQuestion({ at, now, owedMs }: QuestionTime): number {
  return now + Math.min(Math.max((now - at) / 4, owedMs / 12), owedMs * 10);
}
