import type { MissingAnswers } from '../../shared/store/gateway/gateway-unsettled.js';

/**
 * Tells a slow hub or recipient from a silent one. Both take the frames of one originator in order: while they still answer
 * earlier frames, a later one is only queued, and a query about it or a resend would slow them further.
 */
export interface AnswerProgress {
  /** `from` answered this frame: `HUB` with its report, an organisation with its receipts. */
  answered(from: string, frame: number): void;
  /** The hub answered a query. */
  heard(): void;
  /** Milliseconds since the last answer of any kind. */
  silence(): number;
  /** True when every party that did not answer this frame yet is still answering earlier ones. */
  isBehind(frame: number, open: readonly MissingAnswers[]): boolean;
}

/** Stands for the hub in `answered`; no organisation has an empty id. */
export const HUB = '';

interface Answered {
  readonly frame: number;
  readonly at: number;
}

/** The longest gap between the answers of a party that is slow, not silent. */
const MAX_ANSWER_GAP_MS = 5_000;

/**
 * Creates the progress, without answers. A party that has not answered for `maxGapMs` is silent. Times are
 * monotonic.
 */
export function createAnswerProgress(maxGapMs = MAX_ANSWER_GAP_MS): AnswerProgress {
  const last = new Map<string, Answered>();
  let heardAt = performance.now();
  const isComing = (from: string, frame: number): boolean => {
    const answered = last.get(from);
    return answered !== undefined && answered.frame < frame && performance.now() - answered.at < maxGapMs;
  };
  return {
    answered: (from, frame) => {
      heardAt = performance.now();
      last.set(from, { frame: Math.max(frame, last.get(from)?.frame ?? 0), at: heardAt });
    },
    heard: () => {
      heardAt = performance.now();
    },
    silence: () => performance.now() - heardAt,
    isBehind: (frame, open) => open.flatMap(missingOf).every((from) => isComing(from, frame)),
  };
}

function missingOf({ reported, pairs }: MissingAnswers): readonly string[] {
  return reported ? pairs.map(({ org }) => org) : [HUB];
}
