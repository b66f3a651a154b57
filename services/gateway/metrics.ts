import { RECEIPT_TYPES } from '../shared/kernel/receipt-types.js';
import { type Code, CODES } from '../shared/kernel/errors.js';
import { type Meter, SECONDS } from '../shared/runtime/meter.js';
import type { GatewayCounts } from '../shared/store/gateway/gateway-counts.js';

/** Counters of a gateway. Labels are error codes and receipt types only: an id or a name would tell who exchanges what. */
export interface GatewayMetrics {
  /** A notice was accepted into the outbox. */
  submitted(): void;
  /** This many notices were stored in the inbox. */
  held(count: number): void;
  /** The router refused an own notice. */
  refused(code: Code): void;
  /** A recipient's receipt for an own notice arrived. */
  receipt(type: string): void;
  /** A frame or a receipt was dropped for good. */
  broken(code: Code): void;
  /** A receipt for an own notice did not arrive in time. */
  missing(code: Code): void;
  /** An operation failed and is tried again. */
  trouble(code: Code): void;
  /** Seconds from sending a frame to the report on it. */
  reported(seconds: number): void;
}

/** Registers the counters with the meter. */
export function createMetrics(meter: Meter): GatewayMetrics {
  const counter = (name: string, help: string): ((by?: number) => void) =>
    meter.counter({ name: `liaison_gateway_${name}_total`, help });
  const codes = (name: string, help: string): ((code: Code) => void) =>
    meter.counters({ name: `liaison_gateway_${name}_total`, help, label: 'code', values: CODES });
  return {
    submitted: counter('submitted', 'Notices accepted into the outbox'),
    held: counter('held', 'Notices taken into the inbox'),
    refused: codes('refused', 'Own notices that the router refused, by reason'),
    broken: codes('broken', 'Frames or receipts dropped for good, by reason'),
    missing: codes('missing', 'Alarms: a receipt was overdue, or still missing when its notice ended'),
    trouble: codes('trouble', 'Failures that are tried again, by reason'),
    receipt: meter.counters({
      name: 'liaison_gateway_receipts_total',
      help: "Recipients' receipts for own notices, by type",
      label: 'type',
      values: RECEIPT_TYPES,
    }),
    reported: meter.histogram({
      name: 'liaison_gateway_report_seconds',
      help: 'From sending a frame to the report on it',
      buckets: SECONDS,
    }),
  };
}

interface MeasureGatewayParams {
  readonly counts: () => GatewayCounts;
  /** How many receipts and answers are past their deadline. */
  readonly overdue: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds since a quorum of witnesses was shown for all checkpoints. */
  readonly unwitnessedMs: () => number;
}

/** Registers gauges of the gateway's state, read at each scrape. */
export function measureGateway(meter: Meter, measures: MeasureGatewayParams): void {
  const { counts, overdue, now, unwitnessedMs } = measures;
  const current = oncePerTurn(counts);
  const gauge = (name: string, help: string, read: (counts: GatewayCounts) => number): void =>
    meter.gauge({ name: `liaison_gateway_${name}`, help }, () => read(current()));
  const age = (at: number | null): number => (at === null ? 0 : Math.max(0, now() - at) / 1000);
  gauge('outbox_notices', 'Own notices that wait for their report', ({ queued }) => queued);
  gauge('outbox_oldest_seconds', 'Age of the oldest notice without its report; 0 when none waits', (all) =>
    age(all.oldestQueued),
  );
  gauge('awaited_receipts', 'Receipts of recipients that have not arrived yet', ({ awaited }) => awaited);
  gauge('awaited_oldest_seconds', 'Age of the oldest notice that awaits a receipt; 0 when none does', (all) =>
    age(all.oldestAwaited),
  );
  gauge(
    'awaited_parked',
    'Awaited receipts whose notice waits at the hub for its recipient',
    (all) => all.parked,
  );
  meter.gauge(
    {
      name: 'liaison_gateway_overdue',
      help: 'Receipts and answers of others past their deadline, 1,000 at most; answers owed by members that have left are not counted',
    },
    overdue,
  );
  measureUnwitnessed(meter, unwitnessedMs);
  gauge(
    'disputed_notices',
    'Own notices that a recipient answered otherwise than their report promises',
    ({ disputed }) => disputed,
  );
  gauge('unsent_receipts', 'Own receipts, one a delivery, that are to be sent', ({ unsent }) => unsent);
  gauge('inbox_notices', 'Notices held', ({ inbox }) => inbox);
}

function measureUnwitnessed(meter: Meter, unwitnessedMs: () => number): void {
  const help = 'Seconds since a quorum of witnesses was shown for every checkpoint of the log';
  meter.gauge({ name: 'liaison_gateway_unwitnessed_seconds', help }, () => unwitnessedMs() / 1000);
}

/** Shares one result among all calls in one turn of the event loop: the gauges of a scrape agree and read the database once. */
function oncePerTurn<T>(read: () => T): () => T {
  let seen: { readonly value: T } | undefined;
  return () => {
    if (seen === undefined) queueMicrotask(() => (seen = undefined));
    seen ??= { value: read() };
    return seen.value;
  };
}
