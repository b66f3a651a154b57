import { type Code, CODES } from '../shared/kernel/errors.js';
import { type Meter, SECONDS } from '../shared/runtime/meter.js';
import type { GatewayCounts } from '../shared/store/gateway/gateway-counts.js';

/** Labels are codes and kinds of receipts only: an id or a name in a metric would tell who exchanges what. */
export interface GatewayMetrics {
  submitted(): void;
  held(count: number): void;
  /** An own notice was refused by the router. */
  refused(code: Code): void;
  /** A recipient's receipt for an own notice came. */
  receipt(type: string): void;
  /** Dropped for good. */
  broken(code: Code): void;
  /** A notice, or one recipient's receipt for it, that did not come in time. */
  missing(code: Code): void;
  /** Not now: it is tried again. */
  trouble(code: Code): void;
  /** From sending a frame to its report. */
  reported(seconds: number): void;
}

const RECEIPTS = ['held', 'superseded', 'not-held', 'rejected', 'destroyed', 'kept'];

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
    missing: codes('missing', 'Alarms: notices that did not arrive before their end, or in time'),
    trouble: codes('trouble', 'Failures that are tried again, by reason'),
    receipt: meter.counters({
      name: 'liaison_gateway_receipts_total',
      help: "What recipients' receipts said of own notices",
      label: 'type',
      values: RECEIPTS,
    }),
    reported: meter.histogram({
      name: 'liaison_gateway_report_seconds',
      help: 'From sending a frame to the report on it',
      buckets: SECONDS,
    }),
  };
}

interface Gauged {
  readonly counts: () => GatewayCounts;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How the gateway stands, read when Prometheus asks. */
export function measureGateway(meter: Meter, { counts, now }: Gauged): void {
  const look = onceATurn(counts);
  const gauge = (name: string, help: string, read: (counts: GatewayCounts) => number): void =>
    meter.gauge({ name: `liaison_gateway_${name}`, help }, () => read(look()));
  const age = (at: number | null): number => (at === null ? 0 : Math.max(0, now() - at) / 1000);
  gauge('outbox_notices', 'Own notices that wait for their report', ({ queued }) => queued);
  gauge('outbox_oldest_seconds', 'Age of the oldest of them; 0 when none waits', (all) =>
    age(all.oldestQueued),
  );
  gauge('awaited_receipts', 'Receipts of recipients that did not come yet', ({ awaited }) => awaited);
  gauge('awaited_oldest_seconds', 'Age of the oldest notice of them; 0 when none is awaited', (all) =>
    age(all.oldestAwaited),
  );
  gauge(
    'awaited_parked',
    'Those of them whose notice waits at the hub for its recipient',
    (all) => all.parked,
  );
  gauge('unsent_receipts', 'Own receipts, one a delivery, that are to be sent', ({ unsent }) => unsent);
  gauge('inbox_notices', 'Notices held', ({ inbox }) => inbox);
}

/** All gauges are read in one turn: they share one look into the database, and agree. */
function onceATurn<T>(look: () => T): () => T {
  let seen: { readonly value: T } | undefined;
  return () => {
    if (seen === undefined) queueMicrotask(() => (seen = undefined));
    seen ??= { value: look() };
    return seen.value;
  };
}
