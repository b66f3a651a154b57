import type { Meter } from '../shared/runtime/meter.js';
import type { Ring } from '../shared/store/console/console-ring.js';

/** Counters of the console over all organisations; a viewer of one organisation sees none of them. */
export interface ConsoleMetrics {
  /** A status event was heard. */
  heard(): void;
  /** This many events before it were not heard. */
  missed(count: number): void;
  /** This many events were heard and not stored. */
  lost(count: number): void;
  /** A message was no status event. */
  unread(): void;
  /** Sets the number of open readers. */
  readers(count: number): void;
  /** A reader was refused because too many read already. */
  turnedAway(): void;
}

/** Registers the counters with the meter. */
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
    missed: counter('missed_events', 'Status events that a publisher numbered and the console did not hear'),
    lost: counter('lost_events', 'Status events heard and not kept, because the store failed'),
    unread: counter('unread_messages', 'Messages under `status.` that are no status event'),
    turnedAway: counter('turned_away', 'Readers turned away because too many read already'),
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
    { name: 'liaison_console_ring_oldest_timestamp_seconds', help: 'When the oldest of them was heard' },
    () => time(ring.first()),
  );
  meter.gauge(
    { name: 'liaison_console_ring_newest_timestamp_seconds', help: 'When the newest of them was heard' },
    () => time(ring.last()),
  );
}
