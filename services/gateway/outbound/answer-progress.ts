import type { Unsettled } from '../../shared/store/gateway/gateway-frames.js';

/**
 * Whether the others are only slow. Hub and recipients take the frames of one originator in their order: while they still
 * answer earlier ones, a later one waits behind these, and asking or offering it again would make them slower still.
 */
export interface AnswerProgress {
  /** `from`: the hub for a report, an organisation for its receipt. */
  answered(from: string, frame: number): void;
  /** The hub answered a question. */
  heard(): void;
  /** Milliseconds since anything was heard. */
  silence(): number;
  /** True when all that is missing of this frame is behind what still comes. */
  isBehind(frame: number, open: readonly Unsettled[]): boolean;
}

export const HUB = '';

interface Answered {
  readonly frame: number;
  readonly at: number;
}

const PATIENCE_MS = 5_000;

/** Who did not answer for `patienceMs` is not believed to be slow. Measured by a clock that nobody sets. */
export function createAnswerProgress(patienceMs = PATIENCE_MS): AnswerProgress {
  const last = new Map<string, Answered>();
  let heardAt = performance.now();
  const isComing = (from: string, frame: number): boolean => {
    const answered = last.get(from);
    return answered !== undefined && answered.frame < frame && performance.now() - answered.at < patienceMs;
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

function missingOf({ reported, pairs }: Unsettled): readonly string[] {
  return reported ? pairs.map(({ org }) => org) : [HUB];
}
