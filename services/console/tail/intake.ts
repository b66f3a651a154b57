import { errorFrom } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { Counted } from '../../shared/store/console/console-tally.js';
import type { RingEvent } from '../../shared/store/console/console-ring.js';
import type { ConsoleStore, HeardSource } from '../../shared/store/console/console-store.js';
import type { ConsoleMetrics } from '../metrics.js';
import { readStatusMessage, type StatusMessage } from './status-message.js';

interface IntakeDeps {
  readonly store: ConsoleStore;
  /** Microseconds since the epoch. */
  readonly micros: () => number;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly metrics: ConsoleMetrics;
}

/** Takes status messages and stores them in batches. */
export interface StatusIntake {
  /** Takes a message; never throws. Events wait at most a tenth of a second, and at most two thousand at once. */
  take(subject: string, bytes: Uint8Array): void;
  /** Stores the events that wait. */
  stop(): void;
}

const FLUSH_MS = 100;
const SWEEP_MS = 1_000;
const MAX_WAITING = 2_000;

interface Batch {
  readonly events: RingEvent[];
  readonly counted: Counted[];
  readonly sources: Map<string, HeardSource>;
}

const emptyBatch = (): Batch => ({ events: [], counted: [], sources: new Map() });

/** Creates the intake: it stores events in the ring, a transaction for each batch, with a gap where numbers are missing. */
export function createStatusIntake({ store, micros, log, alarms, metrics }: IntakeDeps): StatusIntake {
  const gaps = createGaps(store.sources());
  let batch = emptyBatch();
  let last = store.ring.last();
  let lost = 0;
  const stamp = (): number => (last = Math.max(micros(), last + 1));
  const flush = (): void => {
    const full = batch;
    batch = emptyBatch();
    try {
      if (lost > 0) full.events.push(gapEvent(stamp(), { missed: lost, source: 'console' }));
      if (full.events.length > 0) store.take({ ...full, sources: [...full.sources.values()] });
      lost = 0;
    } catch (thrown) {
      lost += full.counted.length;
      metrics.lost(full.counted.length);
      const { code } = errorFrom(thrown);
      alarms.raise('events-not-kept', { code }, { count: full.counted.length });
    }
    // Deletes by the clock, so that old events are deleted even while none arrive.
    sweep({ store, log }, Math.max(micros(), last) / 1000);
  };
  const rhythm = startRhythm(flush);
  return {
    take: (subject, bytes) => {
      const message = readStatusMessage(subject, bytes);
      if (message === undefined) return metrics.unread();
      metrics.heard();
      const missed = gaps.missed(message);
      metrics.missed(missed);
      if (missed > 0) batch.events.push(gapEvent(stamp(), { missed, source: message.source }));
      add(batch, stamp(), message);
      if (batch.events.length >= MAX_WAITING) flush();
      else rhythm.soon();
    },
    stop: () => {
      rhythm.stop();
      flush();
    },
  };
}

/** Runs `work` within a tenth of a second after `soon`, and every second otherwise. */
function startRhythm(work: () => void): { readonly soon: () => void; readonly stop: () => void } {
  let due: NodeJS.Timeout | undefined;
  const run = (): void => {
    clearTimeout(due);
    due = undefined;
    work();
  };
  const timer = setInterval(run, SWEEP_MS);
  return {
    soon: () => {
      due ??= setTimeout(run, FLUSH_MS);
    },
    stop: () => {
      clearInterval(timer);
      clearTimeout(due);
    },
  };
}

function add({ events, counted, sources }: Batch, heard: number, message: StatusMessage): void {
  const { source, instance, seq } = message;
  events.push(ringEvent(heard, message));
  counted.push(countedOf(heard, message));
  sources.set(source, { source, instance, seq });
}

function sweep({ store, log }: Pick<IntakeDeps, 'store' | 'log'>, now: number): void {
  try {
    store.sweep(now);
  } catch (thrown) {
    log.error({ code: errorFrom(thrown).code }, 'old events could not be deleted');
  }
}

function gapEvent(heard: number, { missed, source }: { missed: number; source: string }): RingEvent {
  const unnamed = { event: '', originator: '', recipient: '', kind: '', outcome: '' };
  return { heard, ...unnamed, missed, facts: JSON.stringify({ source }) };
}

function ringEvent(heard: number, message: StatusMessage): RingEvent {
  const { event, originator, recipient, kind, outcome, source, seq, facts } = message;
  const text = JSON.stringify({ ...facts, source, seq });
  return { heard, event, originator, recipient, kind, outcome, missed: null, facts: text };
}

function countedOf(heard: number, { event, originator, recipient, facts }: StatusMessage): Counted {
  const at = Math.floor(heard / 1000);
  return { at, event, originator, recipient, code: facts.code ?? '', jti: facts.jti };
}

/** Counts missed events. Status is best effort; publishers number their events, so that a listener notices losses. */
interface Gaps {
  /** The number of events before this one that were not received. */
  missed(event: HeardSource): number;
}

/**
 * Starts with the last number of each source, so that events missed while the console was down are counted.
 */
function createGaps(heard: readonly HeardSource[]): Gaps {
  const last = new Map(heard.map((one) => [one.source, one]));
  return {
    missed: (event) => {
      const before = last.get(event.source);
      const isSameInstance = before?.instance === event.instance;
      // Events before the first received event of a source are not counted.
      if (before === undefined || !isSameInstance || event.seq > before.seq) last.set(event.source, event);
      if (before === undefined) return 0;
      return Math.max(0, event.seq - (isSameInstance ? before.seq : 0) - 1);
    },
  };
}
