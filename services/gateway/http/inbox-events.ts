import type { EndedRow, Inbox } from '../../shared/store/gateway/gateway-inbox.js';
import { createInboxView } from './view-inbox.js';

/** Tells everybody who listens that something came or ended in the inbox; what it is they read for themselves. */
export interface Arrivals {
  notify(): void;
  /** Returns what ends the listening. */
  listen(listener: () => void): () => void;
}

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

/** What whoever follows the inbox is told. */
interface InboxEvent {
  /** Its place among all of them. */
  readonly seq: number;
  readonly name: 'notice' | 'ended';
  readonly data: () => object;
}

/** Reads for one listener what came and what ended, as one sequence: the first `limit` events behind a place. */
export function createInboxEvents(inbox: Pick<Inbox, 'after' | 'endedAfter'>) {
  const view = createInboxView();
  return (place: number, limit: number): readonly InboxEvent[] => {
    const held = inbox
      .after(place, limit)
      .map((row): InboxEvent => ({ seq: row.seq, name: 'notice', data: () => view(row) }));
    const ended = inbox
      .endedAfter(place, limit)
      .map((row): InboxEvent => ({ seq: row.seq, name: 'ended', data: () => viewEnded(row) }));
    return [...held, ...ended].toSorted((a, b) => a.seq - b.seq).slice(0, limit);
  };
}

function viewEnded({ at, ...row }: EndedRow) {
  return { ...row, endedAt: new Date(at).toISOString(), reason: 'expired' };
}
