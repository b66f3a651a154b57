import type { StatusEvent } from './status-events.js';
import type { TailGap } from './gaps.js';

/** What is told to whoever listens, in the order in which it was heard. */
export interface Told {
  readonly onEvent: (event: StatusEvent) => void;
  readonly onGap: (gap: TailGap) => void;
  /** Words for a person. */
  readonly onTrouble: (words: string) => void;
}

export interface Listening {
  /** Resolves when there is no more; rejects when it cannot go on. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}
