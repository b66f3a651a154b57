import type { ConnectionEvent } from '../shared/bus/connect.js';
import type { Code, LiaisonError } from '../shared/kernel/errors.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { Meter } from '../shared/runtime/meter.js';
import type { Tracer } from '../shared/runtime/tracer.js';
import { witnessPolicyIn } from '../shared/tlog/member-witnesses.js';
import { createBell } from './bell.js';
import { createHearing } from './evidence/hearing.js';
import { createKeepOverdue } from './evidence/keep-overdue.js';
import { recordPolicyIn } from './directory/proving-policy.js';
import { createErasure } from './erasure.js';
import { createErrorLog, type ErrorLog } from './error-log.js';
import { createKeeping } from './holding/keep.js';
import { createRestoredCheck, isRestored } from './holding/restored.js';
import { createHttp } from './http/http.js';
import { createArrivals } from './http/inbox-events.js';
import { createSearch } from './http/search.js';
import { type BrokerLogin, createLoginChange } from './keys/broker-login.js';
import { createKeyRenewal } from './keys/renew-keys.js';
import { createContractStatement } from './keys/state-contract.js';
import { createKeyRequests } from './keys/key-requests.js';
import type { GatewaySettings } from './gateway-settings.js';
import { createInbound } from './inbound/inbound.js';
import { createInboxDrain, type InboxDrain } from './inbound/inbox-drain.js';
import { type BrokerLink, openBrokerLink } from './link.js';
import { createOverdueDuties } from './life/overdue-duties.js';
import { createUnreviewedReport } from './life/unreviewed.js';
import { createRestrictByPolicy } from './life/restrict-by-policy.js';
import { createRestrictLeaving } from './life/restrict-leaving.js';
import { type Loop, startLoop } from './loop.js';
import { createClockWatch, heartbeatTimeIn } from './clock-watch.js';
import { measureParts } from './measure-parts.js';
import { createMetrics } from './metrics.js';
import { createOutbound } from './outbound/outbound.js';
import type { HubQuestions } from './outbound/hub-questions.js';
import type { GatewayState } from './open-state.js';
import { createReadiness } from './readiness.js';
import { createSweeper } from './sweeper.js';
import { createSigning } from './signing.js';
import { type StoreWatch, watchStore } from './store-watch.js';
import { createTracing, untraced } from './tracing.js';
import { createInclusion } from './inclusion/inclusion.js';
import { createWitnessing } from './witness/witnessing.js';

/** What a gateway works with; `open-gateway.ts` opens it. */
export interface GatewayDeps extends Omit<GatewayState, 'seed'> {
  readonly login: BrokerLogin;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly meter: Meter;
  /** Undefined: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly settings: GatewaySettings;
}

/** A running gateway. */
export interface Gateway {
  readonly url: string;
  /** Codes that say why the gateway is not ready; empty when it is. */
  reasons(): readonly Code[];
  /** Resolves when the database is damaged, or the disk did not store it: the gateway must be stopped, and opened anew. */
  readonly failed: Promise<LiaisonError>;
  /** Closes the HTTP server, waits for the work under way and closes connection and store. */
  stop(): Promise<void>;
}

/**
 * Starts an organisation's border service. Outbound: sign → outbox (on the disk, then 202) → frame → report → receipts.
 * Inbound: frame → verify → inbox and receipt in one transaction → ack → local subscribers.
 */
export async function createGateway(given: GatewayDeps): Promise<Gateway> {
  const storeWatch = watchStore(given.store, given.alarms);
  const deps = { ...given, store: { ...given.store, commit: storeWatch.commit } };
  const linked = createLinked(deps);
  try {
    return await serve(deps, createParts(deps, linked, storeWatch));
  } catch (error) {
    await linked.link.close();
    throw error;
  }
}

type Parts = ReturnType<typeof createParts>;

/** Listens for local systems, and then starts the loops. Throws the error of the address. */
async function serve(deps: GatewayDeps, parts: Parts): Promise<Gateway> {
  const { settings, callers } = deps;
  const { link, readiness, store } = parts;
  measureParts(deps, parts);
  const http = await createHttp({ ...settings, ...parts, ...parts.outbound, callers });
  const url = await http.listen({ host: settings.host, port: settings.port });
  const loops = startLoops(deps, parts);
  return {
    url,
    reasons: readiness.reasons,
    failed: Promise.race([parts.damaged, store.failed]),
    stop: async () => {
      await http.close();
      await Promise.all(loops.map((loop) => loop.stop()));
      await link.close();
      deps.marks.close();
      await store.close();
    },
  };
}

/** Creates the connection to the broker, and what it reports to. */
function createLinked(deps: GatewayDeps) {
  const metrics = createMetrics(deps.meter);
  const { onError, damaged } = createErrorLog(deps.log, metrics.trouble);
  const drain = createInboxDrain();
  return { metrics, onError, damaged, drain, link: openLink(deps, drain, onError('link')) };
}

function createParts(deps: GatewayDeps, linked: ReturnType<typeof createLinked>, storeWatch: StoreWatch) {
  const { identity, store, log, alarms, tracer, settings } = deps;
  const tracing = tracer === undefined ? untraced : createTracing(tracer, store);
  const clockWatch = createClockWatch({
    clock: identity.clock,
    alarms,
    restMs: settings.clockRestMs,
    lastHeartbeat: () => heartbeatTimeIn(store),
  });
  const signing = createSigning({ identity, clockWatch });
  const parts = { ...linked, identity, store, log, alarms, tracing, clockWatch, signing };
  const [erasure, arrivals] = [createBell(), createArrivals()];
  const onReleased = (): void => {
    erasure.ring();
    arrivals.notify();
  };
  const outbound = createOutbound({ ...parts, settings, onErased: erasure.ring });
  const overdueDuties = createOverdueDuties({ ...parts, ...settings });
  return {
    ...parts,
    outbound,
    ...createLogChecks(deps, { ...parts, questions: outbound.questions }),
    erasure,
    keyRequests: createKeyRequests({ ...parts, onQueued: outbound.notifyReframed }),
    overdueDuties,
    reportUnreviewed: createUnreviewedReport({ ...parts, ...settings, clock: identity.clock }),
    keepOverdue: createKeepOverdue({ ...parts, ...settings, overdueDuties, isHearing: createHearing(parts) }),
    readiness: createReadiness({
      identity,
      link: linked.link,
      outbox: outbound.outbox,
      storeFault: storeWatch.fault,
      isLogFull: store.isLogFull,
      isRestored: () => isRestored(store),
    }),
    arrivals,
    keeping: createKeeping({ identity, store, onReleased }),
    search: createSearch(store),
  };
}

/** Opens the connection to the broker; each time that it is up, IN must drain anew and every unsettled frame is sent again. */
function openLink(
  { identity, store, login, settings }: GatewayDeps,
  drain: Pick<InboxDrain, 'connected'>,
  onEvent: (event: ConnectionEvent | LiaisonError) => void,
): BrokerLink {
  const resendAll = (): void => store.frames.restart(identity.clock().getTime() + settings.resendMs);
  const onUp = (): void => {
    drain.connected();
    store.commitLater(resendAll);
  };
  return openBrokerLink({ connect: login.connect, flushed: store.flushed, onEvent, onUp });
}

interface LogChecksParams {
  readonly link: BrokerLink;
  readonly questions: HubQuestions;
  readonly onError: ErrorLog['onError'];
}

/** Creates the parts that watch the hub's log: the witness, and the check that it has the records of this gateway. */
function createLogChecks(deps: GatewayDeps, { onError, ...parts }: LogChecksParams) {
  const { directory, settings } = deps;
  const { clock } = deps.identity;
  const common = { ...deps, ...settings, ...parts };
  const policy = witnessPolicyIn({ ...settings, clock, directory: directory.current });
  const witnessing = createWitnessing({ ...common, policy });
  const { witnessedMs } = witnessing;
  const proving = recordPolicyIn({ ...settings, clock, directory });
  return {
    witnessing,
    inclusion: createInclusion({ ...common, policy: proving, witnessedMs, onError: onError('inclusion') }),
  };
}

function startLoops(deps: GatewayDeps, parts: Parts): readonly Loop[] {
  const { store, outbound, witnessing, inclusion, arrivals, erasure, onError } = parts;
  const { byPolicyAfterMs: afterMs } = deps.settings;
  const steps = {
    ...outbound.steps,
    ...witnessing.steps,
    ...inclusion.steps,
    erasure: createErasure(store, erasure),
    renewal: createKeyRenewal({ ...deps, ...parts }),
    contract: createContractStatement({ ...deps, ...parts }),
    login: createLoginChange({ ...deps, ...parts }),
    leaving: createRestrictLeaving({ ...parts, ...outbound }),
    ...(afterMs !== undefined && { byPolicy: createRestrictByPolicy({ ...parts, ...outbound, afterMs }) }),
    restored: createRestoredCheck({
      ...parts,
      questions: outbound.questions,
      onApplied: () => {
        erasure.ring();
        arrivals.notify();
      },
    }),
    inbound: createInbound({
      ...deps,
      ...parts,
      onCheckpoint: witnessing.show,
      onRecords: inclusion.notifyRecords,
      onTold: arrivals.notify,
      onErased: erasure.ring,
      onError: onError('inbound'),
    }),
    sweeper: createSweeper({
      ...parts,
      ...deps.settings,
      onTold: arrivals.notify,
      onReframed: outbound.notifyReframed,
      onSwept: () => finishSweep(parts),
    }),
  };
  return Object.entries(steps).map(([name, step]) => startLoop({ step, onError: onError(name) }));
}

async function finishSweep({
  outbound,
  overdueDuties,
  reportUnreviewed,
  keepOverdue,
  search,
}: Parts): Promise<void> {
  outbound.outbox.refresh();
  overdueDuties.report();
  reportUnreviewed();
  await keepOverdue();
  await search.catchUp();
}
