import type { Meter } from '../shared/runtime/meter.js';
import type { Ring } from '../shared/store/console/console-ring.js';

/** What the console counts, for everybody together: a viewer of one organisation is shown none of it. */
export interface ConsoleMetrics {
  heard(): void;
  /** Events before this one that were not heard. */
  missed(count: number): void;
  /** Heard, and not kept. */
  lost(count: number): void;
  /** No status event. */
  unread(): void;
  /** How many read the console now. */
  readers(count: number): void;
  turnedAway(): void;
}

export function createConsoleMetrics(meter: Meter): ConsoleMetrics {
  const counter = (name: string, help: string): ((by?: number) => void) =>
    meter.counter({ name: `liaison_console_${name}_total`, help });
  let readers = 0;
  meter.gauge(
    { name: 'liaison_console_readers', help: 'Who reads the status events now, page or program' },
    () => readers,
  );
  return {
    heard: counter('heard_events', 'Status events heard'),
    missed: counter('missed_events', 'Status events that a publisher numbered and nobody heard here'),
    lost: counter('lost_events', 'Status events heard and not kept, because the store failed'),
    unread: counter('unread_messages', 'Messages under `status.` that are no status event'),
    turnedAway: counter('turned_away', 'Readers turned away because too many read already'),
    readers: (count) => {
      readers = count;
    },
  };
}

/** How far the ring reaches, read when Prometheus asks. */
export function measureRing(meter: Meter, ring: Pick<Ring, 'first' | 'last' | 'count'>): void {
  const time = (micros: number | undefined): number | undefined =>
    micros === undefined || micros === 0 ? undefined : micros / 1e6;
  meter.gauge({ name: 'liaison_console_ring_events', help: 'Status events kept' }, ring.count);
  meter.gauge(
    { name: 'liaison_console_ring_oldest_timestamp_seconds', help: 'When the oldest of them was heard' },
    () => time(ring.first()),
  );
  meter.gauge(
    { name: 'liaison_console_ring_newest_timestamp_seconds', help: 'When the newest of them was heard' },
    () => time(ring.last()),
  );
}
