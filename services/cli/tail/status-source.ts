import type { StatusEvent } from './status-events.js';
import type { TailGap } from './gaps.js';

/** The handlers of a source of status events, called in the order of arrival. */
export interface StatusHandlers {
  readonly onEvent: (event: StatusEvent) => void;
  readonly onGap: (gap: TailGap) => void;
  /** Receives a message about a lost connection. */
  readonly onTrouble: (words: string) => void;
}

/** An open source of status events: the broker or the console. */
export interface StatusSource {
  /** Resolves after the last event; rejects when the source fails. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}
