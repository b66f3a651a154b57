import type { Bus } from '../shared/bus/connect.js';
import type { Clock } from '../shared/kernel/clock.js';
import type { Code } from '../shared/kernel/errors.js';
import type { Deadlines } from '../shared/notice/deadlines.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { Meter } from '../shared/runtime/meter.js';
import type { SimulatedList } from '../shared/runtime/simulated-list.js';
import type { ReadAcknowledged } from '../shared/store/acknowledged-alarms.js';
import { measureVitals } from '../shared/runtime/vitals.js';
import { CONTRACT } from '../shared/wire/contract.js';
import { readRoutedMembers } from '../shared/wire/routed-members.js';
import type { ConsoleStore } from '../shared/store/console/console-store.js';
import type { Callers } from '../shared/trust/callers.js';
import type { LoadPolicies } from '../shared/policy/load/load-in-child.js';
import type { Directory } from '../shared/trust/directory.js';
import { createAuditorClient } from './auditor-client.js';
import { createHttp } from './http.js';
import { createStatusIntake } from './tail/intake.js';
import { createLedgerWatch } from './flow/ledger-watch.js';
import { openStatusSubscription } from './tail/subscription.js';
import { createConsoleMetrics, measureRing } from './metrics.js';
import { openRelay } from './quarantine/relay.js';
import { createRouterWatch } from './flow/router-watch.js';
import { shareAnswers } from './share-answers.js';
import { policiesOfFolder, policiesOfReleases } from './policies/live-policies.js';
import { type InForce, readFederationRelease } from './policies/releases-in-force.js';
import { createPolicyWorkerPool } from './policies/policy-worker-pool.js';

/** The dependencies of the console, which `main.ts` opens. */
export interface ConsoleDeps {
  /** Connects to the account of status events. */
  readonly connect: () => Promise<Bus>;
  /** Connects to the account of commands; undefined for a home without a key for it. */
  readonly connectCommand: (() => Promise<Bus>) | undefined;
  readonly store: ConsoleStore;
  readonly directory: () => Directory;
  readonly callers: Callers;
  /** The folder of the links that `console invite` made. */
  readonly signInLinks: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly meter: Meter;
  readonly auditorUrl: string;
  readonly routerUrls: readonly string[];
  /** Reads the console's token for the auditor; undefined for a home without one. Throws `config-invalid`. */
  readonly auditorToken: () => string | undefined;
  /** Ids of simulated attacks; empty outside a demonstration. */
  readonly simulated: SimulatedList;
  /** Reads which alarms people acknowledged. */
  readonly acknowledged: ReadAcknowledged;
  /** The folder of live policies; with `policySource: 'releases'` the adopted ones take its place. */
  readonly policies: string;
  readonly policySource: 'folder' | 'releases';
  /** The built `policies/child.js`, the child process of the workbench. */
  readonly policyChild: URL;
  readonly loadPolicies: LoadPolicies;
  /** When receipts and answers are overdue. */
  readonly deadlines: Deadlines;
  readonly host: string;
  readonly port: number;
  /** Host names that clients use for the console, besides `host`. */
  readonly hostNames: readonly string[];
  /** The folder of the built page. */
  readonly page: string;
}

/** A running console. */
export interface Console {
  readonly url: string;
  isConnected(): boolean;
  stop(): Promise<void>;
}

/** Starts the console: it stores the status events of the last day and shows each viewer what that viewer may see. */
export async function createConsole(deps: ConsoleDeps): Promise<Console> {
  const { store, clock, log, alarms, directory } = deps;
  const metrics = createConsoleMetrics(deps.meter);
  const intake = createStatusIntake({ store, log, alarms, metrics, micros: () => microsOf(clock) });
  const link = openStatusSubscription({
    connect: deps.connect,
    take: intake.take,
    onFault: ({ code, message }) => log.fatal({ code }, message),
  });
  const reasons = (): readonly Code[] => (link.isConnected() ? [] : ['unreachable']);
  measureRing(deps.meter, store.ring);
  const vitals = { reasons, isConnected: link.isConnected, directory, contract: CONTRACT };
  measureVitals(deps.meter, { ...vitals, keys: {} });
  const relay = openRelay({
    connect: deps.connectCommand,
    onFault: ({ code, message }) => log.error({ code }, message),
  });
  const sources = createSources(deps);
  const http = createHttp({
    ...deps,
    ...sources,
    connected: link.isConnected,
    metrics,
    reasons,
    relay,
  });
  const url = await http.listen({ host: deps.host, port: deps.port });
  return {
    url,
    isConnected: link.isConnected,
    stop: async () => {
      await http.close();
      await Promise.all([link.stop(), relay.stop(), sources.pool.stop()]);
      intake.stop();
      sources.live.stop();
    },
  };
}

/** The sources that the routes read, besides arriving status events. */
function createSources({ store, auditorUrl, auditorToken, routerUrls, ...deps }: ConsoleDeps) {
  const { directory, policyChild: child } = deps;
  const auditor = createAuditorClient({ url: auditorUrl, token: auditorToken });
  const routers = createRouterWatch(routerUrls);
  const members = shareAnswers(() => readRoutedMembers(routerUrls));
  const isReleased = deps.policySource === 'releases';
  const federation = shareAnswers(() => readFederationRelease(routerUrls));
  const inForce = async (): Promise<InForce | null> => {
    if (!isReleased) return null;
    const [known, release] = await Promise.all([members(), federation()]);
    return known && { members: known, federation: release };
  };
  const live = isReleased
    ? policiesOfReleases({ routers, auditor, directory })
    : policiesOfFolder(deps.policies, directory);
  return {
    ring: store.ring,
    sessions: store.sessions,
    auditor,
    ledger: createLedgerWatch(auditorUrl),
    routers,
    members,
    inForce,
    live,
    pool: createPolicyWorkerPool({ folder: async () => (await live.read()).folder, child }),
  };
}

/**
 * Microseconds since the epoch. The last three digits order events of one millisecond; they do not count
 * events.
 */
function microsOf(clock: Clock): number {
  return clock().getTime() * 1000 + (Math.floor(performance.now() * 1000) % 1000);
}
