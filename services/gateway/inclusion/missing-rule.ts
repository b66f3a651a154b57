import type { WitnessedCheckpoint } from '../witness/quorum-watch.js';

/** What decides whether a record is missing. Times in milliseconds since the epoch. */
export interface MissingParams {
  /** When the record arrived, or when the hub signed it if that is later. */
  readonly since: number;
  /** The newest quorate checkpoint that the hub had shown before the question; undefined before the first. */
  readonly known: WitnessedCheckpoint | undefined;
  /** The hub answered, and did not prove the record. */
  readonly isDenied: boolean;
  /** The hub has been silent for the time owed, as `createHubSilence` measures it. */
  readonly isSilent: boolean;
  readonly owedMs: number;
}

/**
 * True if the hub owes the inclusion of a record: a quorate checkpoint, shown with a heartbeat that is `owedMs` later than the
 * record, must have it, and the hub denies that, or has said nothing while such checkpoints went on. So nothing is missing while
 * the auditor is down, the connection is cut or no quorum is shown: readiness and the alarm `unwitnessed` say so.
 */
export function isMissing({ since, known, isDenied, isSilent, owedMs }: MissingParams): boolean {
  return (isDenied || isSilent) && known !== undefined && known.time >= since + owedMs;
}

/** Measures for how long quorate checkpoints went on while the hub answered no question about records. */
export interface HubSilence {
  /** To be called after each question; `known` as in `MissingParams`. */
  asked(known: WitnessedCheckpoint | undefined, isAnswered: boolean): void;
  ms(): number;
}

/** The most that one question without an answer adds: the connection may have been cut since the one before. */
const MAX_STEP_MS = 30_000;

/** Creates the measure; any answer ends a silence. */
export function createHubSilence(): HubSilence {
  let silentMs = 0;
  let last: number | undefined;
  return {
    asked: (known, isAnswered) => {
      if (isAnswered) [silentMs, last] = [0, undefined];
      else if (known !== undefined) {
        silentMs += Math.min(known.time - (last ?? known.time), MAX_STEP_MS);
        last = known.time;
      }
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
