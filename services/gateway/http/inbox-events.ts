import type { Inbox, InboxRow } from '../../shared/store/gateway/gateway-inbox.js';
import type { InboxEventRow } from '../../shared/store/gateway/gateway-inbox-log.js';
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
  readonly name: InboxEventRow['name'] | InboxRow['change'];
  readonly data: object;
}

/**
 * Creates the reader of one listener. It returns the first event after an id; arrivals and events share one order. It reads
 * one event at a time, because events read for a slow listener stay in memory.
 */
export function createInboxEvents(inbox: Pick<Inbox, 'after' | 'eventsAfter'>) {
  const view = createInboxView();
  return (after: number): InboxEvent | undefined => {
    const [event] = inbox.eventsAfter(after, 1);
    const [held] = inbox.after(after, 1);
    if (event !== undefined && (held === undefined || event.seq < held.seq))
      return { seq: event.seq, name: event.name, data: viewEvent(event) };
    return held && { seq: held.seq, name: held.change, data: view(held) };
  };
}

function viewEvent({ seq, originator, id, number, detail, at }: InboxEventRow) {
  return { seq, originator, id, number, at: new Date(at).toISOString(), ...JSON.parse(detail) };
}
