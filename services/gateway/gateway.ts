import type { Bus, Trouble } from '../shared/bus/connect.js';
import { type Code, isCode, LiaisonError, parseCode } from '../shared/kernel/errors.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { Meter } from '../shared/runtime/meter.js';
import type { Tracer } from '../shared/runtime/tracer.js';
import { measureVitals } from '../shared/runtime/vitals.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import { createArrivals } from './http/arrivals.js';
import { createQueryClient } from './outbound/ask.js';
import { createBell } from './bell.js';
import type { Callers } from '../shared/trust/callers.js';
import { createFlight } from './outbound/flight.js';
import { createHttp } from './http/http.js';
import type { Identity } from './identity.js';
import { createInbound, type Receivers } from './inbound/inbound.js';
import { openBrokerLink } from './link.js';
import { startLoop } from './loop.js';
import { createMetrics, measureGateway } from './metrics.js';
import { createOutbox } from './outbound/outbox.js';
import { createPreview } from './outbound/preview.js';
import { createAnswerProgress, HUB } from './outbound/progress.js';
import { createReadiness } from './readiness.js';
import { createReceiptQueue } from './outbound/receipt-queue.js';
import { createReceiveDelivery } from './inbound/receive-delivery.js';
import { createReceiveCheckpoint, createReceiveDirectory } from './inbound/receive-directory.js';
import { createReceiveReceipts } from './inbound/receive-receipts.js';
import { createReceiveReport } from './inbound/receive-report.js';
import { createResend } from './outbound/resend.js';
import { createSearch } from './http/search.js';
import { createSender } from './outbound/sender.js';
import { createSweeper } from './sweeper.js';
import { createTracing, untraced } from './tracing.js';

/** Times in milliseconds. */
export interface GatewaySettings {
  readonly host: string;
  readonly port: number;
  readonly outboxLimit: number;
  readonly resendMs: number;
  readonly previewMs: number;
  /** How long a request of a local system may take to arrive. */
  readonly receiveMs: number;
  readonly sweepMs: number;
  readonly clockRestMs: number;
  readonly receiptAlarmMs: number;
}

export interface GatewayDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly connect: (onTrouble: (trouble: Trouble) => void) => Promise<Bus>;
  readonly callers: Callers;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly meter: Meter;
  /** Undefined: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly settings: GatewaySettings;
}

export interface Gateway {
  readonly url: string;
  /** Codes that say why not; empty when ready. */
  reasons(): readonly Code[];
  /** Stops intake, ends what is under way and closes the store. */
  stop(): Promise<void>;
}

/**
 * An organisation's border. Outward: sign → outbox (durable, then 202) → frame → report → receipts. Inward: frame →
 * verify → inbox and receipt in one transaction → ack → local subscribers.
 */
export async function createGateway(deps: GatewayDeps): Promise<Gateway> {
  const parts = createParts(deps);
  const { link, readiness } = parts;
  measure(deps, parts);
  const loops = startLoops(deps, parts);
  const http = await createHttp({ ...deps, ...parts, receiveMs: deps.settings.receiveMs });
  const url = await http.listen({ host: deps.settings.host, port: deps.settings.port });
  return {
    url,
    reasons: readiness.reasons,
    stop: async () => {
      await http.close();
      await Promise.all(loops.map((loop) => loop.stop()));
      await link.close();
      await deps.store.close();
    },
  };
}

type Parts = ReturnType<typeof createParts>;

function measure({ identity, store, meter }: GatewayDeps, { link, readiness }: Parts): void {
  measureGateway(meter, { counts: store.counts, now: () => identity.clock().getTime() });
  measureVitals(meter, {
    reasons: readiness.reasons,
    isConnected: link.isUp,
    directory: identity.directory.current,
    keys: { notice: identity.noticeSigner, receipt: identity.receiptSigner },
  });
}

/** Each is logged with what it is about; failures count. */
function createTrouble(log: Logger, count: (code: Code) => void) {
  return (about: string) => (what: LiaisonError | Trouble) => {
    const code = what instanceof LiaisonError ? what.code : what.type;
    if (what instanceof LiaisonError) count(what.code);
    log.warn({ about, code, err: what instanceof LiaisonError ? what.cause : undefined }, what.message);
  };
}

function createParts({ identity, store, connect, log, meter, tracer, settings }: GatewayDeps) {
  const bells = { sender: createBell(), receipts: createBell() };
  const metrics = createMetrics(meter);
  const flight = createFlight((took) => {
    metrics.reported(took / 1000);
    bells.sender.ring();
  });
  const arrivals = createArrivals();
  const outbox = createOutbox({
    identity,
    store,
    limit: settings.outboxLimit,
    isIdle: () => flight.rest() === 0,
    onAccepted: metrics.submitted,
    onQueued: bells.sender.ring,
  });
  const trouble = createTrouble(log, metrics.trouble);
  const restart = (): void => store.frames.restart(identity.clock().getTime() + settings.resendMs);
  const onUp = (): void => store.commitLater(restart);
  const link = openBrokerLink({ connect, onTrouble: trouble('link'), onUp });
  const readiness = createReadiness({ identity, link, outbox });
  const ask = createQueryClient({ identity, link, timeoutMs: settings.previewMs });
  return {
    bells,
    flight,
    progress: createAnswerProgress(),
    arrivals,
    metrics,
    outbox,
    trouble,
    link,
    readiness,
    ask,
    preview: createPreview({ identity, ask, nextNumber: () => store.facts.number('number') + 1 }),
    tracing: tracer === undefined ? untraced : createTracing(tracer, store),
    search: createSearch(store),
  };
}

function startLoops(deps: GatewayDeps, parts: Parts) {
  const { identity, store, settings, log, alarms } = deps;
  const { bells, flight, link, ask, metrics, outbox, progress, search, tracing, trouble } = parts;
  const { resendMs } = settings;
  const steps = {
    sender: createSender({ identity, store, link, log, bell: bells.sender, flight, tracing, resendMs }),
    receipts: createReceiptQueue({ identity, store, link, bell: bells.receipts }),
    resend: createResend({ identity, store, link, ask, tracing, progress, resendMs }),
    inbound: createInboundStep(deps, parts),
    sweeper: createSweeper({
      ...settings,
      store,
      alarms,
      clock: identity.clock,
      onEnded: parts.arrivals.tell,
      onMissing: metrics.missing,
      onSwept: async () => {
        outbox.refresh();
        await search.catchUp();
      },
    }),
  };
  return Object.entries(steps).map(([name, step]) => startLoop({ step, onTrouble: trouble(name) }));
}

function createInboundStep(deps: GatewayDeps, parts: Parts) {
  const { identity, log, alarms } = deps;
  const { link, readiness, trouble } = parts;
  const tell = trouble('inbound');
  return createInbound({
    identity,
    link,
    receivers: createReceivers(deps, parts),
    onAttached: () => readiness.inboundIs('attached'),
    onTaken: (named) => log.debug(named, 'taken'),
    onTrouble: (error) => {
      if (isCode(error, 'stream-missing')) readiness.inboundIs(error.code);
      tell(error);
    },
    onBroken: async ({ frame, class: name, error }) => {
      alarms.raise('message-dropped', error, { frame, place: name });
      await drop(deps, parts, { frame, class: name, code: error.code });
    },
  });
}

function createReceivers(deps: GatewayDeps, parts: Parts): Receivers {
  const { identity, store, alarms } = deps;
  const { ask, arrivals, bells, flight, metrics, outbox, progress, tracing } = parts;
  const onSettled = outbox.refresh;
  const onHeld = (count: number): void => {
    metrics.held(count);
    if (count > 0) arrivals.tell();
  };
  return {
    delivery: tracing.delivery(
      createReceiveDelivery({ identity, store, onReceipt: bells.receipts.ring, onHeld }),
    ),
    report: createReceiveReport({
      identity,
      store,
      onReport: (frame, refused) => {
        flight.landed(frame);
        progress.answered(HUB, frame);
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
        onAnswered: progress.answered,
        onBroken: async (code, frame) => {
          alarms.raise('message-dropped', { code }, { frame, place: 'receipt' });
          await drop(deps, parts, { frame, class: 'receipt', code });
        },
      }),
    ),
    answer: ask.receive,
    directory: createReceiveDirectory(identity),
    checkpoint: createReceiveCheckpoint(identity, store),
  };
}

interface Dropped {
  readonly frame: string | null;
  readonly class: string;
  readonly code: Code;
}

function drop({ identity, store }: GatewayDeps, { metrics }: Parts, dropped: Dropped): Promise<void> {
  metrics.broken(dropped.code);
  return store.commit(() => store.reject({ ...dropped, at: identity.clock().getTime() }));
}
