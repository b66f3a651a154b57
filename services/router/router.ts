import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../shared/bus/connect.js';
import { createStatusPublisher } from '../shared/bus/status.js';
import type { Clock } from '../shared/kernel/clock.js';
import type { LiaisonError } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import type { PolicyBundle } from '../shared/policy/adopted/bundle.js';
import type { Policy } from '../shared/policy/plan.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { Meter } from '../shared/runtime/meter.js';
import type { Tracer } from '../shared/runtime/tracer.js';
import type { RouterStore } from '../shared/store/router/router-store.js';
import type { WitnessPolicy } from '../shared/tlog/witness-policy.js';
import type { Directory } from '../shared/trust/directory.js';
import type { PendingRequests } from '../shared/trust/directory/pending-requests.js';
import type { Signer } from '../shared/trust/keys.js';
import { createAccounts } from './accounts.js';
import { createEvents } from './events.js';
import type { OpenAlone } from '../shared/trust/suspect/open-alone.js';
import type { RecipeSteps } from './frames/recipe.js';
import type { Hub } from './hub.js';
import { createInboxPublisher } from './inbox.js';
import { createIntake } from './intake/intake.js';
import type { FindArchived, ReadArchive } from './ledger/auditor-http.js';
import type { SendCosignature } from './ledger/cosign-http.js';
import type { LogReader } from './ledger/log-http.js';
import type { ReadOverheld } from './ledger/overheld-http.js';
import { createAdoptionRecorder } from './policies/record-adoption.js';
import { createDirectoryRecorder } from './ledger/record-directory.js';
import { createRecordBytes } from './ledger/record-bytes.js';
import { createLedgerView } from './ledger/view.js';
import { createGate, type Reason } from './observe/gate.js';
import { measureRouter } from './observe/gauges.js';
import type { Deadlines } from '../shared/notice/deadlines.js';
import { createRecallWatch } from './observe/recall-watch.js';
import { createHealthLoop } from './observe/health-loop.js';
import { createRecipients } from './recipients.js';
import { createRouterMetrics } from './observe/metrics.js';
import { observeRecipes } from './observe/observe-recipes.js';
import type { CommandSteps } from './quarantine/commands.js';
import type { CommandedPolicies } from './commanded-policies.js';
import type { RecordAdoption } from './policies/judge-next.js';
import type { RouterAdoption } from './remembered-adoption.js';
import { createQuarantine } from './quarantine/quarantine.js';
import type { ReceiptSteps } from './receipts/receipts.js';

/** What a router needs from its process; the steps of its recipes can be replaced. */
export interface RouterDeps {
  /** Which router this is, from 1. */
  readonly number: number;
  /** Connection into the account CORE. */
  readonly core: Bus;
  /** Connection into the account WATCH. */
  readonly watch: Bus;
  /** Connection into the account COMMAND. */
  readonly command: Bus;
  /** Connects to an organisation's account; undefined while it has none. */
  readonly connectAccount: (org: OrgId) => Promise<Bus | undefined>;
  readonly directory: () => Directory;
  readonly policy: () => Policy | undefined;
  /** Why the policies in the folder are not in force; undefined while they are. */
  readonly policyFault: () => LiaisonError | undefined;
  /** Returns the policies adopted since the last call. */
  readonly adoptions: () => readonly RouterAdoption[];
  /** The policies as commands use them. */
  readonly commandedPolicies: CommandedPolicies;
  readonly store: RouterStore;
  /** What members asked about their keys, for the process of the hub that signs the directory. */
  readonly keyRequests: PendingRequests;
  /** True where members release their own rules. */
  readonly takesReleases?: boolean;
  /** Returns the policies by which it decides; undefined: it answers no question for them. */
  readonly adoptedPolicies?: () => PolicyBundle | undefined;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly meter: Meter;
  /** Undefined: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly readArchive: ReadArchive;
  readonly findArchived: FindArchived;
  readonly readOverheld: ReadOverheld;
  readonly readLog: LogReader;
  readonly sendCosignature: SendCosignature;
  readonly openAlone: OpenAlone;
  /** Who must cosign the log; undefined: the members, by the directory. */
  readonly witnessPolicy?: WitnessPolicy | undefined;
  /** Maximum age of the newest heartbeat. */
  readonly staleMs: number;
  /** Maximum number of records that the auditor may be behind. */
  readonly ledgerLag: number;
  /** How long an answer to a recall may be missing. */
  readonly deadlines: Deadlines;
  /** How long a clock that jumped ahead must run without another jump before frames are judged by it, in milliseconds. */
  readonly clockRestMs: number;
  readonly steps?: RecipeSteps;
  readonly receiptSteps?: ReceiptSteps;
  readonly commandSteps?: CommandSteps;
}

/** A running router. */
export interface Router {
  /** Why the router pulls nothing; empty when the gate is open. */
  reasons(): readonly Reason[];
  /** True when everything that the ledger held is applied. */
  isCaughtUp(): boolean;
  /** Records what was decided about the policies. Throws as `LedgerWriter.write` does. */
  readonly recordAdoption: RecordAdoption;
  /** Stops pulling. Messages still under way after `DRAIN_TIMEOUT_MS` are given up and redelivered later; the connections stay open. */
  stop(): Promise<void>;
}

const DRAIN_TIMEOUT_MS = 3_000;

/** Starts a router for every organisation of the directory; it pulls while its gate is open. */
export async function createRouter(deps: RouterDeps): Promise<Router> {
  const { number, watch, clock } = deps;
  const [looking, working] = [new AbortController(), new AbortController()];
  const { signal } = working;
  // Every message under way and every announcement listens to one of these: many listeners are not a leak.
  setMaxListeners(0, signal, looking.signal);
  const name = `router-${number}`;
  const accounts = createAccounts(deps.connectAccount);
  await accounts.follow(deps.directory());
  const metrics = createRouterMetrics(deps.meter);
  const events = createEvents(createStatusPublisher(watch, { source: name, clock }), deps, metrics.event);
  const publishToInbox = createInboxPublisher({ ...deps, account: accounts.bus, events, signal });
  const ledger = createLedgerView({ ...deps, events, signal });
  const gate = createGate({ ...deps, ledger, signal: looking.signal });
  const { writer } = ledger;
  const quarantine = createQuarantine({ ...deps, ledger: writer, signal, onKept: metrics.quarantined });
  const own = { ...ownOf(deps), publishToInbox, signal, events, ledger: writer, quarantine };
  const { isCaughtUp } = ledger;
  const hub: Hub = { ...own, ...createRecipients(accounts, deps), ...gate, name, isCaughtUp };
  const intake = createIntake({ ...deps, ...observeRecipes(deps, metrics), hub, accounts, metrics });
  const recalls = createRecallWatch({ ...deps, events });
  const recordDirectory = createDirectoryRecorder({ ...deps, writer });
  const health = { recalls, accounts, ledger, gate, events, intake, recordDirectory, signal: looking.signal };
  const healthLoop = createHealthLoop({ ...deps, ...health });
  measureRouter(deps.meter, { ...deps, ledger, accounts, gate, recalls });
  return {
    reasons: gate.reasons,
    isCaughtUp,
    recordAdoption: createAdoptionRecorder({ ...deps, writer }),
    stop: async () => {
      looking.abort();
      await healthLoop.stop();
      await Promise.race([intake.stop(), delay(DRAIN_TIMEOUT_MS, undefined, { ref: false })]);
      working.abort();
      await intake.stop();
      await ledger.stop();
      await accounts.close();
    },
  };
}

/** What the recipes need of the process. */
function ownOf(deps: RouterDeps) {
  const { clock, directory, signer, store, keyRequests, core, readOverheld, readLog, sendCosignature } = deps;
  return {
    clock,
    directory,
    signer,
    store,
    keyRequests,
    core,
    readOverheld,
    readLog,
    sendCosignature,
    policies: deps.commandedPolicies,
    takesReleases: deps.takesReleases === true,
    adoptedPolicies: deps.adoptedPolicies ?? (() => undefined),
    recordBytes: createRecordBytes(deps),
  };
}
