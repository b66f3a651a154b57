import type { Meter } from '../shared/runtime/meter.js';
import type { Ring } from '../shared/store/console/console-ring.js';

/** Counters of the console over all organisations; a viewer of one organisation sees none of them. */
export interface ConsoleMetrics {
  /** Counts a received status event. */
  heard(): void;
  /** Counts events that were published but not received. */
  missed(count: number): void;
  /** Counts events that were received but not stored. */
  lost(count: number): void;
  /** Counts a message that is not a status event. */
  unread(): void;
  /** Sets the number of open readers. */
  readers(count: number): void;
  /** Counts a reader that was refused because of the limit of readers. */
  turnedAway(): void;
}

/** Registers the counters with the meter. */
export function createConsoleMetrics(meter: Meter): ConsoleMetrics {
  const counter = (name: string, help: string): ((by?: number) => void) =>
    meter.counter({ name: `liaison_console_${name}_total`, help });
  let readers = 0;
  meter.gauge(
    { name: 'liaison_console_readers', help: 'Open readers of status events, pages and programs' },
    () => readers,
  );
  return {
    heard: counter('heard_events', 'Status events received'),
    missed: counter('missed_events', 'Status events that were published but not received'),
    lost: counter('lost_events', 'Status events received but not stored, because the store failed'),
    unread: counter('unread_messages', 'Messages under `status.` that are not status events'),
    turnedAway: counter('turned_away', 'Readers refused because of the limit of readers'),
    readers: (count) => {
      readers = count;
    },
  };
}

/** Registers gauges of the stored events, read at each scrape. */
export function measureRing(meter: Meter, ring: Pick<Ring, 'first' | 'last' | 'count'>): void {
  const time = (micros: number | undefined): number | undefined =>
    micros === undefined || micros === 0 ? undefined : micros / 1e6;
  meter.gauge({ name: 'liaison_console_ring_events', help: 'Status events kept' }, ring.count);
  meter.gauge(
    {
      name: 'liaison_console_ring_oldest_timestamp_seconds',
      help: 'When the oldest stored event was received',
    },
    () => time(ring.first()),
  );
  meter.gauge(
    {
      name: 'liaison_console_ring_newest_timestamp_seconds',
      help: 'When the newest stored event was received',
    },
    () => time(ring.last()),
  );
}
