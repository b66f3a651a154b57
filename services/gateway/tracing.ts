import { errorFrom } from '../shared/kernel/errors.js';
import type { FrameId } from '../shared/kernel/ids.js';
import { createBoundedMap, type BoundedMap } from '../shared/kernel/bounded-map.js';
import { parseTraceparent, type Traceparent } from '../shared/kernel/traceparent.js';
import { type Span, type SpanOptions, type Tracer, inSpan } from '../shared/runtime/tracer.js';
import type { MadeFrame } from '../shared/store/gateway/gateway-make-frames.js';
import type { OwnRow } from '../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import { frames } from '../shared/wire/frames.js';
import type { Receivers } from './inbound/consume-frames.js';
import type { createReceiveReceipts } from './inbound/receive-receipts.js';

/** The spans of a gateway's work. Links between spans are kept in memory: after a restart a new trace begins. */
export interface GatewayTracing {
  /**
   * Wraps a submission. `header` is the `traceparent` of the caller, a system of the organisation, and is continued. `work` calls
   * `onKept` in the commit that stores a new notice: the sender may frame it before `work` resolves.
   */
  submit(header: unknown, work: (onKept: (row: OwnRow) => void) => Promise<OwnRow>): Promise<OwnRow>;
  /** Wraps the sending of a frame: a child of the submission for one notice, linked to each submission for several. */
  send<R>(
    frame: Pick<MadeFrame, 'id' | 'notices'>,
    publish: (traceparent?: Traceparent) => Promise<R>,
  ): Promise<R>;
  /** Wraps the receiver of deliveries; its span continues the `traceparent` in the delivery. */
  delivery(receive: Receivers['delivery']): Receivers['delivery'];
  /** Wraps the receiver of receipts; its span is linked to the spans that sent the frames. */
  receipt(receive: ReturnType<typeof createReceiveReceipts>): Receivers['receipt'];
}

/** Tracing that records nothing. */
export const untraced: GatewayTracing = {
  submit: (_header, work) => work(() => {}),
  send: (_frame, publish) => publish(),
  delivery: (receive) => receive,
  receipt: (receive) => async (named, bytes) => void (await receive(named, bytes)),
};

/** How many submissions and frames are remembered for later spans to link to. */
const MAX_KNOWN = 10_000;

/** Creates the tracing that gives its spans to `tracer`. */
export function createTracing(tracer: Tracer, store: GatewayStore): GatewayTracing {
  const submitted = createBoundedMap<Traceparent>(MAX_KNOWN);
  const sent = createBoundedMap<Traceparent>(MAX_KNOWN);
  const submittedIn = (frame: string): readonly (Traceparent | undefined)[] =>
    store.frames.byId(frame)?.notices.map(({ seq }) => submitted.get(String(seq))) ?? [];
  return {
    submit: traceSubmit(tracer, submitted),
    send: ({ id, notices }, publish) => {
      const before = sent.get(id);
      const follows = before === undefined ? submittedIn(id) : [before];
      const about: SpanOptions = { follows, crosses: 'out', facts: { frame: id, notices: notices.length } };
      return inSpan({ tracer, name: before === undefined ? 'send' : 'resend', about }, ({ traceparent }) => {
        if (before === undefined) sent.set(id, traceparent);
        return publish(traceparent);
      });
    },
    delivery: (receive) => (named, bytes) =>
      inSpan({ tracer, name: 'receive', about: aboutDelivery(named.frame, bytes) }, () =>
        receive(named, bytes),
      ),
    receipt: (receive) => async (named, bytes) => {
      const began = Date.now();
      const own = await receive(named, bytes);
      const facts = { frame: named.frame, receipts: own.length };
      const follows = own.map((frame) => sent.get(frame));
      tracer.begin('receipt', { follows, crosses: 'in', began, facts }).end();
    },
  };
}

/** Creates the span once its notice is stored, with the start time of the work, so that it carries the id of the notice. */
function traceSubmit(tracer: Tracer, submitted: BoundedMap<Traceparent>): GatewayTracing['submit'] {
  return async (header, work) => {
    const about: SpanOptions = { follows: [parseTraceparent(header)], crosses: 'request', began: Date.now() };
    const begin = ({ id, number }: OwnRow): Span =>
      tracer.begin('submit', { ...about, facts: { jti: `${id}.${number}` } });
    const kept: { span?: Span } = {};
    try {
      const row = await work((stored) => {
        kept.span = begin(stored);
        submitted.set(String(stored.seq), kept.span.traceparent);
      });
      // A repeated request stores nothing.
      (kept.span ?? begin(row)).end();
      return row;
    } catch (thrown) {
      (kept.span ?? tracer.begin('submit', about)).end(errorFrom(thrown).code);
      throw thrown;
    }
  };
}

/** Reads the trace context of a delivery. For one that does not decode the span has no parent; the receiver refuses it. */
function aboutDelivery(frame: FrameId, bytes: Uint8Array): SpanOptions {
  try {
    const { traceparent, items } = frames.delivery.decode(bytes);
    const facts = { frame, notices: items.filter(({ notice }) => notice).length };
    return { follows: [parseTraceparent(traceparent)], crosses: 'in', facts };
  } catch {
    return { crosses: 'in', facts: { frame } };
  }
}
