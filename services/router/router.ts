import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../shared/bus/connect.js';
import type { Delivery } from '../shared/bus/delivery.js';
import { createStatusPublisher } from '../shared/bus/status.js';
import { sources } from '../shared/bus/streams.js';
import type { Clock } from '../shared/kernel/clock.js';
import { fail, type LiaisonError } from '../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../shared/kernel/ids.js';
import type { Policy } from '../shared/policy/plan.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { Meter } from '../shared/runtime/meter.js';
import type { Tracer } from '../shared/runtime/tracer.js';
import type { RouterStore } from '../shared/store/router/router-store.js';
import { type Directory, isSuspended, type Organisation } from '../shared/trust/directory.js';
import type { Signer } from '../shared/trust/keys.js';
import { type Accounts, createAccounts } from './accounts.js';
import type { ReadKept } from './ledger/auditor-http.js';
import { createBuckets } from './intake/buckets.js';
import { redeliverParked } from './parked/redeliver-parked.js';
import { createEvents } from './events.js';
import { type Reason, reasonsOf } from './observe/gate.js';
import { measureRouter } from './observe/gauges.js';
import { type CommandSteps, obey } from './quarantine/commands.js';
import { handleMessage, type Handling } from './intake/handle.js';
import type { Hub, Snapshot } from './hub.js';
import { createKeepBytes } from './quarantine/keep-bytes.js';
import { createLedgerView, type LedgerView } from './ledger/view.js';
import type { LedgerWriter } from './ledger/writer.js';
import { createRouterMetrics, type RouterMetrics } from './observe/metrics.js';
import type { OpenAlone } from './intake/poison.js';
import { createPulling, type Pull } from './intake/pulling.js';
import { namedIn } from './frames/quarantine-message.js';
import { createInboxPublisher } from './inbox.js';
import { createQuarantine, type Quarantine } from './quarantine/quarantine.js';
import { type ReceiptSteps, receiptSteps } from './receipts/receipts.js';
import { noticeSteps, type Steps } from './frames/recipe.js';
import { createHealthLoop } from './observe/health-loop.js';
import { timedReceiptSteps, timedSteps } from './observe/timed-steps.js';
import { traceSteps } from './observe/traced-steps.js';
import { createFrameYield } from './intake/yield-between-frames.js';
import { withoutConflict } from './retry-on-conflict.js';

export interface RouterDeps {
  /** Which router this is, from 1. */
  readonly number: number;
  readonly core: Bus;
  readonly watch: Bus;
  readonly command: Bus;
  /** Connects to an organisation's account; undefined while it has none. */
  readonly connectAccount: (org: OrgId) => Promise<Bus | undefined>;
  readonly directory: () => Directory;
  readonly policy: () => Policy | undefined;
  /** Why the folder of policies is not what is in force. */
  readonly policyFault: () => LiaisonError | undefined;
  readonly store: RouterStore;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly meter: Meter;
  /** Undefined: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly readKept: ReadKept;
  readonly openAlone: OpenAlone;
  /** How old the newest heartbeat may be. */
  readonly staleMs: number;
  /** How many records the auditor may be behind. */
  readonly ledgerLag: number;
  readonly steps?: Steps;
  readonly receiptSteps?: ReceiptSteps;
  readonly commandSteps?: CommandSteps;
}

export interface Router {
  /** Why nothing is pulled; empty when the gate is open. */
  reasons(): readonly Reason[];
  /** Gives up what is under way, which comes again; the connections stay open. */
  stop(): Promise<void>;
}

/** Routes for every organisation of the directory, as long as the gate is open. */
export async function createRouter(deps: RouterDeps): Promise<Router> {
  const [intake, work] = [new AbortController(), new AbortController()];
  // Every message under way waits on it: many listeners are no leak.
  setMaxListeners(0, work.signal);
  const accounts = createAccounts(deps.connectAccount);
  await accounts.follow(deps.directory());
  const metrics = createRouterMetrics(deps.meter);
  const base = createHubBase(deps, { accounts, metrics, signal: work.signal });
  const view = createLedgerView({ ...deps, events: base.events, signal: work.signal });
  const faults = new Map<string, Reason>();
  const reasons = (): readonly Reason[] => lookAtGate(deps, view, [...faults.values()]);
  const hub: Hub = {
    ...base,
    ledger: view.writer,
    quarantine: quarantineOf(deps, { ledger: view.writer, metrics, signal: work.signal }),
    snapshot: () => takeSnapshot(deps, reasons()),
  };
  const pulling = createPulling((name, { code, message }) => deps.log.warn({ pull: name, code }, message));
  const pulls = createPulls(deps, { hub, accounts, metrics });
  const around = { accounts, view, faults, reasons, events: hub.events, signal: intake.signal };
  const pull = (isOpen: boolean): void => pulling.want(isOpen ? pulls() : []);
  const rounds = createHealthLoop({ ...deps, ...around, pull });
  measureRouter(deps.meter, { ...deps, view, accounts, reasons });
  return {
    reasons,
    stop: async () => {
      intake.abort();
      await rounds.stop();
      // What is under way may end; what does not end soon is given up and comes again.
      await Promise.race([pulling.stop(), delay(DRAIN_MS, undefined, { ref: false })]);
      work.abort();
      await pulling.stop();
      await view.stop();
      await accounts.close();
    },
  };
}

const DRAIN_MS = 3_000;

function lookAtGate(deps: RouterDeps, view: LedgerView, faults: readonly Reason[]): readonly Reason[] {
  const { clock, directory, policy, core, signer, staleMs, ledgerLag } = deps;
  return reasonsOf({
    now: clock(),
    directory: directory(),
    policy: policy(),
    kid: signer.kid,
    beat: view.beat(),
    head: view.head(),
    unvouched: view.unvouched(),
    isCaughtUp: view.isCaughtUp(),
    isConnected: core.isConnected(),
    faults,
    staleMs,
    ledgerLag,
  });
}

/** Throws the first reason of a closed gate. */
function takeSnapshot({ directory, policy, clock }: RouterDeps, reasons: readonly Reason[]): Snapshot {
  const [reason] = reasons;
  if (reason !== undefined) throw fail(reason.code, reason.message);
  const active = policy();
  if (active === undefined) throw fail('policy-missing', 'no policies are loaded');
  return { directory: directory(), policy: active, now: clock() };
}

interface Around {
  readonly accounts: Accounts;
  readonly metrics: RouterMetrics;
  readonly signal: AbortSignal;
}

function createHubBase(
  { core, watch, store, signer, clock, log, alarms, number }: RouterDeps,
  { accounts, metrics, signal }: Around,
): Omit<Hub, 'ledger' | 'quarantine' | 'snapshot'> {
  const name = `router-${number}`;
  const events = createEvents(
    createStatusPublisher(watch, { source: name, clock }),
    { log, alarms },
    metrics.told,
  );
  const publishToInbox = createInboxPublisher({ account: accounts.bus, events, alarms, signal });
  return { name, clock, signer, store, core, events, signal, publishToInbox };
}

function quarantineOf(
  deps: RouterDeps,
  { ledger, metrics, signal }: Omit<Around, 'accounts'> & { readonly ledger: LedgerWriter },
): Quarantine {
  const keep = createKeepBytes({ ...deps, signal });
  const quarantine = createQuarantine({
    ...deps,
    keep,
    ledger,
    signal,
    buckets: createBuckets(deps.clock),
  });
  return async (suspects) => {
    const position = await quarantine(suspects);
    for (const { reason } of suspects.items) metrics.putAway(reason);
    return position;
  };
}

function createHandling(
  deps: RouterDeps,
  { hub, metrics }: Pick<Around, 'metrics'> & { readonly hub: Hub },
): Handling {
  return {
    hub,
    openAlone: deps.openAlone,
    steps: timedSteps(deps.steps ?? noticeSteps, metrics),
    buckets: createBuckets(deps.clock),
    charged: new Map<OrgId, FrameId>(),
    cleared: new Map<OrgId, string>(),
    turn: createFrameYield(),
    receiptSteps: timedReceiptSteps(deps.receiptSteps ?? receiptSteps, metrics),
  };
}

/** One loop for commands, one an organisation for what it sends, one for what is parked for it. */
function createPulls(
  deps: RouterDeps,
  { hub, accounts, metrics }: Omit<Around, 'signal'> & { readonly hub: Hub },
): () => readonly Pull[] {
  const { directory, clock } = deps;
  const handling = createHandling(deps, { hub, metrics });
  // A command's frame is no sender's any more: what is replayed is on the ledger, not in a trace.
  const traced = { ...handling, ...(deps.tracer ? traceSteps(handling, deps.tracer) : {}) };
  const commands: Pull = {
    name: 'commands',
    bus: deps.command,
    source: sources.command,
    handle: (delivery) => obey(handling, delivery, deps.commandSteps),
  };
  const pullsOf = (organisation: Organisation): readonly Pull[] => {
    const org = organisation.id;
    const bus = accounts.bus(org);
    if (bus === undefined || accounts.unavailable().has(org)) return [];
    const parked: Pull = {
      name: `parked ${org}`,
      bus: deps.core,
      source: sources.parked(org),
      handle: (delivery) => withoutConflict(() => redeliverParked(hub, org, delivery)),
    };
    const waiting = accounts.backlog().recipients.has(org) ? [parked] : [];
    // A suspended one sends nothing.
    if (isSuspended(organisation, clock())) return waiting;
    const handle: Pull['handle'] = async (delivery) => {
      metrics.took(delivery.bytes.length);
      await handleMessage(traced, org, delivery);
      logHandled(deps.log, org, delivery);
    };
    return [{ name: `out ${org}`, bus, source: sources.out, handle }, ...waiting];
  };
  return () => [commands, ...[...directory().organisations.values()].flatMap(pullsOf)];
}

function logHandled(log: Logger, org: OrgId, { subject, bytes, attempt }: Delivery): void {
  if (!log.isLevelEnabled('debug')) return;
  log.debug({ org, ...namedIn(subject), attempt, size: bytes.length }, 'handled');
}
