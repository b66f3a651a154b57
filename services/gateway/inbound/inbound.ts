import { type Code, isCode, type LiaisonError, parseCode } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import type { LoopStep } from '../loop.js';
import type { GatewayMetrics } from '../metrics.js';
import type { Outbound } from '../outbound/outbound.js';
import type { Readiness } from '../readiness.js';
import type { GatewayTracing } from '../tracing.js';
import { createFrameConsumer, type Receivers } from './consume-frames.js';
import { createReceiveDelivery } from './receive-delivery.js';
import { createReceiveCheckpoint, createReceiveDirectory } from './receive-directory.js';
import { createReceiveReceipts } from './receive-receipts.js';
import { createReceiveReport } from './receive-report.js';

interface InboundDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly metrics: GatewayMetrics;
  readonly tracing: GatewayTracing;
  readonly readiness: Pick<Readiness, 'setInbound'>;
  readonly outbound: Outbound;
  /** Notices were stored in the inbox. */
  readonly onHeld: () => void;
  /** A frame could not be taken now; the broker delivers it again. */
  readonly onError: (error: LiaisonError) => void;
}

/** Creates the step that receives: it consumes the stream IN and passes each frame to its receiver. */
export function createInbound(deps: InboundDeps): LoopStep {
  const { identity, link, log, readiness, onError } = deps;
  const drop = createDrop(deps);
  return createFrameConsumer({
    identity,
    link,
    receivers: createReceivers(deps, drop),
    onAttached: () => readiness.setInbound('attached'),
    onTaken: (taken) => log.debug(taken, 'taken'),
    onError: (error) => {
      if (isCode(error, 'stream-missing')) readiness.setInbound(error.code);
      onError(error);
    },
    onDropped: ({ frame, class: name, error }) => drop({ frame, class: name, error }),
  });
}

interface Dropped {
  readonly frame: string | null;
  readonly class: string;
  readonly error: Pick<LiaisonError, 'code'>;
}

/** Raises an alarm for a frame or receipt that is dropped for good, counts it and stores why. */
function createDrop({ identity, store, alarms, metrics }: InboundDeps) {
  return ({ frame, class: name, error }: Dropped): Promise<void> => {
    const { code } = error;
    alarms.raise('message-dropped', error, { frame, place: name });
    metrics.broken(code);
    return store.commit(() => store.reject({ frame, class: name, code, at: identity.clock().getTime() }));
  };
}

function createReceivers(deps: InboundDeps, drop: (dropped: Dropped) => Promise<void>): Receivers {
  const { identity, store, metrics, tracing, outbound, onHeld } = deps;
  const onSettled = outbound.outbox.refresh;
  return {
    delivery: tracing.delivery(
      createReceiveDelivery({
        identity,
        store,
        onReceipt: outbound.notifyReceipt,
        onHeld: (count) => {
          metrics.held(count);
          if (count > 0) onHeld();
        },
      }),
    ),
    report: createReceiveReport({
      identity,
      store,
      onReport: (frame, refused) => {
        outbound.notifyReport(frame);
        for (const { code } of refused) metrics.refused(parseCode(code));
      },
      onSettled,
    }),
    receipt: tracing.receipt(
      createReceiveReceipts({
        identity,
        store,
        onSettled,
        onReceipt: metrics.receipt,
        onAnswered: outbound.notifyAnswered,
        onDropped: (code: Code, frame) => drop({ frame, class: 'receipt', error: { code } }),
      }),
    ),
    answer: outbound.receiveAnswer,
    directory: createReceiveDirectory(identity),
    checkpoint: createReceiveCheckpoint(identity, store),
  };
}
