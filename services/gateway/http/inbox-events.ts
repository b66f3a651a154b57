import type { EndedRow, Inbox } from '../../shared/store/gateway/gateway-inbox.js';
import { createInboxView } from './view-inbox.js';

/** Notifies listeners that the inbox has new events, which each listener reads from the database itself. */
export interface Arrivals {
  notify(): void;
  /** Adds a listener; returns the function that removes it. */
  listen(listener: () => void): () => void;
}

/** Creates the arrivals of one gateway, without listeners. */
export function createArrivals(): Arrivals {
  const listeners = new Set<() => void>();
  return {
    notify: () => {
      for (const listener of listeners) listener();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** One event of the inbox stream. */
interface InboxEvent {
  /** Its id; ids rise over all events of the inbox. */
  readonly seq: number;
  readonly name: 'notice' | 'ended';
  readonly data: object;
}

/**
 * Creates the reader of one listener. It returns the first event after an id; arrivals and ends share one order. It reads
 * one event at a time, because events read for a slow listener stay in memory.
 */
export function createInboxEvents(inbox: Pick<Inbox, 'after' | 'endedAfter'>) {
  const view = createInboxView();
  return (after: number): InboxEvent | undefined => {
    const [ended] = inbox.endedAfter(after, 1);
    const [held] = inbox.after(after, 1);
    if (ended !== undefined && (held === undefined || ended.seq < held.seq))
      return { seq: ended.seq, name: 'ended', data: viewEnded(ended) };
    return held && { seq: held.seq, name: 'notice', data: view(held) };
  };
}

function viewEnded({ at, ...row }: EndedRow) {
  return { ...row, endedAt: new Date(at).toISOString(), reason: 'expired' };
}
