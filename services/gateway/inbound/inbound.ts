import { type Code, isCode, type LiaisonError, parseCode } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { OpeningMarks } from '../../shared/store/opening-marks.js';
import type { OpenAlone } from '../../shared/trust/suspect/open-alone.js';
import type { ClockWatch } from '../clock-watch.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import type { LoopStep } from '../loop.js';
import type { GatewayMetrics } from '../metrics.js';
import type { Outbound } from '../outbound/outbound.js';
import type { Readiness } from '../readiness.js';
import type { GatewayTracing } from '../tracing.js';
import type { ReceivedCheckpoint } from '../witness/received-checkpoint.js';
import type { InboxDrain } from './inbox-drain.js';
import { createFrameConsumer, type Receivers } from './consume-frames.js';
import { createGuardedOpening } from './guarded-opening.js';
import { createReceiveDelivery } from './receive-delivery.js';
import { createReceiveRecall } from './receive-recall.js';
import { createReceiveReceipts } from './receive-receipts.js';
import { createReceiveReport } from './receive-report.js';
import { verifyHeartbeat } from '../../shared/ledger/heartbeat.js';
import { parseSize } from '../../shared/tlog/checkpoint.js';
import { readCheckpoint } from '../../shared/wire/checkpoint-frame.js';

interface InboundDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly clockWatch: ClockWatch;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly metrics: GatewayMetrics;
  readonly tracing: GatewayTracing;
  readonly readiness: Pick<Readiness, 'setInbound'>;
  readonly drain: InboxDrain;
  readonly marks: OpeningMarks;
  readonly openAlone: OpenAlone;
  readonly outbound: Outbound;
  /** A heartbeat with a checkpoint of the ledger's log arrived. */
  readonly onCheckpoint: (checkpoint: ReceivedCheckpoint) => void;
  /** A report or a delivery arrived, with records that must be on the log. */
  readonly onRecords: () => void;
  /** Content was erased from the database. */
  readonly onErased: () => void;
  /** Local systems have something new to read. */
  readonly onTold: () => void;
  /** A frame could not be taken now; the broker delivers it again. */
  readonly onError: (error: LiaisonError) => void;
}

/** Creates the step that receives: it consumes the stream IN and passes each frame to its receiver. */
export function createInbound(deps: InboundDeps): LoopStep {
  const { identity, link, clockWatch, log, readiness, drain, marks, openAlone, onError } = deps;
  const drop = createDrop(deps);
  return createFrameConsumer({
    identity,
    link,
    clockWatch,
    drain,
    guard: createGuardedOpening({ org: identity.org, marks, openAlone }),
    receivers: createReceivers(deps, { drop, isDrained: drain.isDrained }),
    onAttached: () => readiness.setInbound('attached'),
    onTaken: (taken) => {
      log.debug(taken, 'taken');
      if (taken.class === 'report' || taken.class === 'delivery') deps.onRecords();
    },
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
    // The hub's own signatures contradict each other: what was delivered is not what was recorded.
    const isContradiction = code === 'delivery-differs' && name === 'delivery';
    alarms.raise(isContradiction ? 'delivery-contradicts-record' : 'message-dropped', error, {
      frame,
      place: name,
    });
    metrics.broken(code);
    return store.commit(() => store.reject({ frame, class: name, code, at: identity.clock().getTime() }));
  };
}

interface ReceivingParams {
  readonly drop: (dropped: Dropped) => Promise<void>;
  readonly isDrained: () => boolean;
}

function createReceivers(deps: InboundDeps, { drop, isDrained }: ReceivingParams): Receivers {
  const { identity, store, clockWatch, alarms, metrics, tracing, outbound, onTold, onErased, onError } = deps;
  const common = { identity, store, clockWatch, onSettled: outbound.outbox.refresh };
  const { notifyReceipt: onReceipt, outbox, notifyReframed } = outbound;
  const delivery = { ...common, isDrained, onReceipt, onHeld: metrics.held, onTold, onErased };
  return {
    delivery: tracing.delivery(createReceiveDelivery(delivery)),
    recall: createReceiveRecall({
      ...delivery,
      onOwnEnded: () => {
        outbox.refresh();
        notifyReframed();
      },
    }),
    report: createReceiveReport({
      ...common,
      onReport: (frame, refused) => {
        outbound.notifyReport(frame);
        outbound.notifyOwed();
        for (const { code } of refused) metrics.refused(parseCode(code));
      },
      onMisreport: (about) =>
        alarms.raise('report-contradicts-notice', { code: 'digest-mismatch' }, { ...about, place: 'hub' }),
    }),
    receipt: tracing.receipt(
      createReceiveReceipts({
        ...common,
        onReceipt: metrics.receipt,
        onAnswered: outbound.notifyAnswered,
        onDisputed: ({ recipient, frame, blame }) =>
          alarms.raise('delivery-differs', { code: 'delivery-differs' }, { recipient, frame, place: blame }),
        onUnproved: onError,
        onDropped: (code: Code, frame) => drop({ frame, class: 'receipt', error: { code } }),
      }),
    ),
    answer: outbound.receiveAnswer,
    directory: createReceiveDirectory(identity),
    checkpoint: createReceiveCheckpoint(deps),
  };
}

/** Creates the receiver of `in.directory`: adopts one that is newer and signed by the anchor; any other raises an alarm. */
function createReceiveDirectory({ directory }: Identity) {
  return async (bytes: Uint8Array): Promise<void> => {
    await directory.adopt(bytes);
  };
}

/**
 * Creates the receiver of `in.checkpoint`: verifies and stores the auditor's heartbeat, which says how far it has stored
 * the ledger. Passes on the checkpoint of the log if the heartbeat states the same size: else the hub could show an old
 * checkpoint as the newest. Throws as `verifyJws` and `readCheckpoint` do.
 */
function createReceiveCheckpoint({ identity, store, clockWatch, onCheckpoint }: InboundDeps) {
  const { directory, clock } = identity;
  return async (bytes: Uint8Array): Promise<void> => {
    const { heartbeat: text, note = '', proof, cosignatures, recovery = null } = readCheckpoint(bytes);
    const { time, size } = await verifyHeartbeat(text, directory.current(), clock());
    clockWatch.heardHeartbeat(time);
    await store.commit(() => store.facts.set('checkpoint', text));
    if (sizeIn(note) === size) onCheckpoint({ heartbeat: text, note, proof, cosignatures, recovery });
  };
}

/** Returns the size that a note says, which is not verified; undefined for anything but a checkpoint. */
function sizeIn(note: string): number | undefined {
  const [, size = ''] = note.split('\n', 2);
  return parseSize(size);
}
