import { RECEIPT_TYPES } from '../../shared/kernel/receipt-types.js';
import { type Code, CODES } from '../../shared/kernel/errors.js';
import { type Meter, SECONDS } from '../../shared/runtime/meter.js';
import type { EventSubject } from '../events.js';
import type { ReceiptSteps } from '../receipts/receipts.js';
import type { RecipeSteps } from '../frames/recipe.js';

/**
 * The router's counters and histograms, over all organisations together and never for one: a number for one organisation
 * would show the operators of the hub's Prometheus how much it exchanges, and when.
 */
export interface RouterMetrics {
  /** Counts a status event. */
  event(event: string, about: EventSubject): void;
  /** Counts a message of an organisation's OUT, and its size. */
  message(bytes: number): void;
  /** Counts a message, notice or receipt that went into quarantine. */
  quarantined(code: Code): void;
  /** Adds the duration of a step that succeeded. */
  step(step: keyof RecipeSteps, seconds: number): void;
  /** The same for a step of a frame of receipts. */
  receiptStep(step: keyof ReceiptSteps, seconds: number): void;
}

const KIB = 1024;
const SIZES = [1, 4, 16, 64, 128, 256, 512, 1024].map((size) => size * KIB);
const OUTCOMES = ['delivered', 'redacted', 'denied', 'parked', 'deferred'] as const;
const STEPS: readonly (keyof RecipeSteps)[] = ['open', 'decide', 'record', 'deliver', 'report', 'settle'];
const RECEIPT_STEPS: readonly (keyof ReceiptSteps)[] = ['open', 'record', 'forward', 'settle'];

/** Registers the router's counters and histograms. */
export function createRouterMetrics(meter: Meter): RouterMetrics {
  const event = createEventCounter(meter);
  const quarantined = meter.counters({
    name: 'liaison_router_quarantined_total',
    help: 'Messages, notices and receipts quarantined, by reason',
    label: 'code',
    values: CODES,
  });
  const step = meter.histograms({
    name: 'liaison_router_step_seconds',
    help: 'Duration of a step of a frame of notices',
    label: 'step',
    values: STEPS,
    buckets: SECONDS,
  });
  const receiptStep = meter.histograms({
    name: 'liaison_router_receipt_step_seconds',
    help: 'Duration of a step of a frame of receipts',
    label: 'step',
    values: RECEIPT_STEPS,
    buckets: SECONDS,
  });
  const message = meter.histogram({
    name: 'liaison_router_frame_bytes',
    help: 'Size of the messages pulled from organisations, redeliveries included',
    buckets: SIZES,
  });
  return { event, quarantined, step, receiptStep, message };
}

/** Counts what the status events say, so that counters and events cannot differ. */
function createEventCounter(meter: Meter): RouterMetrics['event'] {
  const notices = meter.counter({ name: 'liaison_router_notices_total', help: 'Notices decided' });
  const outcomes = meter.counters<string>({
    name: 'liaison_router_outcomes_total',
    help: 'Decisions by outcome, one for each recipient that is addressed or excluded; a parked one again when it is delivered',
    label: 'outcome',
    values: OUTCOMES,
  });
  const receipts = meter.counters<string>({
    name: 'liaison_router_receipts_total',
    help: 'Receipts by type, one for each notice',
    label: 'type',
    values: RECEIPT_TYPES,
  });
  const codes = (name: string, help: string): ((code: Code, by?: number) => void) =>
    meter.counters({ name: `liaison_router_${name}_total`, help, label: 'code', values: CODES });
  const refused = codes('refused', 'Notices refused, by reason');
  const security = codes('security_events', 'Security events: possible attacks');
  return (event, { code, outcome = '' }) => {
    if (event === 'submitted') notices();
    else if (event === 'refused') refused(code ?? 'internal');
    else if (event === 'security') security(code ?? 'internal');
    else {
      // Each counter ignores values that are not in its list.
      outcomes(event);
      receipts(outcome);
    }
  };
}
