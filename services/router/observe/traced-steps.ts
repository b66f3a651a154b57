import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { createBoundedMap, type BoundedMap } from '../../shared/kernel/bounded-map.js';
import type { Traceparent } from '../../shared/kernel/traceparent.js';
import type { Tracer } from '../../shared/runtime/tracer.js';
import { createFrameSpans } from './frame-spans.js';
import type { OpenedReceipt } from '../receipts/novel-receipts.js';
import type { ReceiptSteps } from '../receipts/receipts.js';
import type { RecipeSteps } from '../frames/recipe.js';

/** The steps of both recipes. */
export interface Recipes {
  readonly steps: RecipeSteps;
  readonly receiptSteps: ReceiptSteps;
}

/** Number of deliveries remembered, so that their receipts join the trace. Receipts for older ones, or another router's, start a new trace. */
const MAX_DELIVERIES = 10_000;

/** Wraps the steps so that each runs in a child span of its frame's span. */
export function traceSteps({ steps, receiptSteps }: Recipes, tracer: Tracer): Recipes {
  const delivered = createBoundedMap<Traceparent>(MAX_DELIVERIES);
  return {
    steps: traceNotices(steps, { tracer, delivered }),
    receiptSteps: traceReceipts(receiptSteps, { tracer, delivered }),
  };
}

interface Tracing {
  readonly tracer: Tracer;
  /** The `deliver` span of an originator's frame. */
  readonly delivered: BoundedMap<Traceparent>;
}

/** The span `route` starts with the first step and ends with the last, or with the step that throws. */
function traceNotices(steps: RecipeSteps, { tracer, delivered }: Tracing): RecipeSteps {
  const spans = createFrameSpans(tracer);
  return {
    open: async (hub, frame, ...more) => {
      spans.begin('route', frame, { follows: [frame.traceparent] });
      const opened = await spans.step(frame, { name: 'open' }, () => steps.open(hub, frame, ...more));
      if (opened.type !== 'opened') spans.end(frame, opened.code);
      return opened;
    },
    decide: (opened) => spans.step(opened.frame, { name: 'decide' }, () => steps.decide(opened)),
    record: (hub, decided) => {
      const facts = { notices: decided.notices.length };
      return spans.step(decided.frame, { name: 'record', facts }, () => steps.record(hub, decided));
    },
    deliver: (hub, recorded) => {
      const { frame } = recorded;
      return spans.step(frame, { name: 'deliver' }, ({ traceparent }) => {
        delivered.set(keyOf(frame.org, frame.id), traceparent);
        return steps.deliver(hub, { ...recorded, traceparent });
      });
    },
    report: (hub, delivered) => {
      const facts = { recipients: delivered.outcomes.size };
      return spans.step(delivered.frame, { name: 'report', facts }, () => steps.report(hub, delivered));
    },
    settle: async (frame) => {
      await spans.step(frame, { name: 'settle' }, () => steps.settle(frame));
      spans.end(frame);
    },
  };
}

/** The span `relay` links to the deliveries that its receipts answer, which are known once the frame is opened. */
function traceReceipts(steps: ReceiptSteps, { tracer, delivered }: Tracing): ReceiptSteps {
  const spans = createFrameSpans(tracer);
  const spanOf = ({ receipt: { originator, delivery } }: OpenedReceipt): Traceparent | undefined =>
    delivered.get(keyOf(originator, delivery));
  return {
    open: async (hub, frame) => {
      const began = Date.now();
      const opened = await steps.open(hub, frame);
      const receipts = opened.type === 'unusable' ? [] : opened.receipts;
      const facts = { receipts: receipts.length };
      spans.begin('relay', frame, { follows: receipts.map(spanOf), began, facts });
      if (opened.type === 'unusable') spans.end(frame, opened.code);
      return opened;
    },
    record: (hub, opened) => spans.step(opened.frame, { name: 'record' }, () => steps.record(hub, opened)),
    forward: (hub, opened) => spans.step(opened.frame, { name: 'forward' }, () => steps.forward(hub, opened)),
    settle: async (frame) => {
      await spans.step(frame, { name: 'settle' }, () => steps.settle(frame));
      spans.end(frame);
    },
  };
}

function keyOf(originator: OrgId, frame: FrameId): string {
  return `${originator} ${frame}`;
}
