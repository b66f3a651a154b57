import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { isGiven } from '../../shared/runtime/settings.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { settingsHere } from '../config/settings-here.js';
import { routersOf } from '../init/routers.js';
import { routerName, routerNumbers, gatewayName } from '../home/process-names.js';
import type { RunFile } from '../home/run-file.js';
import { policiesIn } from '../home/policies-folder.js';
import { type ForkedProcess, forkProcess } from './fork-process.js';
import { DEMO_DEFAULTS } from './child-settings.js';
import { lockHome } from './lock.js';
import { persistentPorts, type Ports } from './ports.js';
import { prepareHome } from './prepare-home.js';
import { waitUntilReady } from './readiness.js';
import { type Broker, startBroker } from './start-broker.js';
import type { Launched, ProcessEvent, Supervised } from './supervise.js';
import { createProcessGroup, type ProcessGroup } from './process-group.js';

export interface FederationOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Begins with a new home. */
  readonly fresh: boolean;
  /** Makes streams again that were provisioned before: the broker's disk is known to be lost. */
  readonly afterLoss: boolean;
  /** Progress in words. */
  readonly say: (words: string) => void;
  readonly onEvent: (event: ProcessEvent) => void;
  /** Aborts a start that is under way. */
  readonly stopping: AbortSignal;
  /** Broker, auditor and router without a gateway or console: for a bench that stands in for them. */
  readonly hubOnly?: boolean;
  /** Routers; those that the home has unless said. */
  readonly routers?: number | undefined;
  /** What options of the command line say in the place of `LIAISON_*`, by the rest of its name. */
  readonly flags?: ForkedProcess['settings'];
  /** Other members than those of `policies/federation/directory.yaml`. */
  readonly facts?: FederationFacts;
}

/** A whole federation on this machine: broker, auditor, routers, console, a gateway an organisation. */
export interface Federation {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
  readonly run: RunFile;
  /** Takes in a process that was started elsewhere: it is named in `run.json` and ended before all others. */
  readonly adopt: (name: string, launched: Launched) => void;
  readonly pid: (name: string) => number | undefined;
  /** Ends one process for good. */
  readonly end: (name: string) => Promise<void>;
  /** In the order of the flow, so that nothing is cut. */
  readonly stop: () => Promise<void>;
}

/** Starts everything and resolves when all of it serves. Throws after stopping what had started. */
export async function startFederation(home: Home, options: FederationOptions): Promise<Federation> {
  const lock = lockHome(home);
  const troop = createProcessGroup(home, options);
  const stop = async (): Promise<void> => {
    await troop.stop();
    lock.release();
  };
  const giveUp = (): void => void troop.stop();
  options.stopping.addEventListener('abort', giveUp);
  try {
    const directory = await prepareHome(home, options);
    const orgs = [...directory.organisations.keys()];
    const routers = routersOf(home);
    const broker = await startBroker(troop, { home, orgs, routers, options });
    const gateways = options.hubOnly === true ? [] : orgs;
    const names = namesOf(routers, gateways);
    const ports = await persistentPorts(home, [...names, ...names.map(metricsName)]);
    const settings = settingsIn(options);
    const run = troop.announce(runFile(gateways, { names, ports, routers, settings, ...broker }));
    await startProcesses(troop, { home, orgs: gateways, routers, options, ports, run });
    await waitUntilReady(run, options.stopping);
    return { home, orgs, run, stop, adopt: troop.adopt, end: troop.end, pid: troop.pid };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.stopping.removeEventListener('abort', giveUp);
  }
}

interface Plan {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
  readonly routers: number;
  readonly options: FederationOptions;
}

/** What `config print` shows of a federation that runs. */
function settingsIn({ env, flags = {} }: FederationOptions): Readonly<Record<string, string>> {
  const given = Object.entries(flags).map(([name, value]) => [`LIAISON_${name}`, String(value)]);
  const here = settingsHere(env).map(({ name, value }) => [name, value]);
  return Object.fromEntries([...here, ...given]);
}

/** The processes that listen; where there is no gateway, nobody looks either. */
function namesOf(routers: number, gateways: readonly OrgId[]): readonly string[] {
  const watching = gateways.length === 0 ? [] : ['console'];
  return ['auditor', ...routerNumbers(routers).map(routerName), ...watching, ...gateways.map(gatewayName)];
}

const metricsName = (process: string): string => `metrics-${process}`;
const here = (port: number | undefined): string => `http://127.0.0.1:${port}`;

interface Places extends Broker {
  readonly names: readonly string[];
  readonly ports: Ports;
  readonly routers: number;
  readonly settings: NonNullable<RunFile['settings']>;
}

function runFile(orgs: readonly OrgId[], { names, ports, ...broker }: Places): RunFile {
  const more = routerNumbers(broker.routers).slice(1).map(routerName);
  return {
    pid: process.pid,
    ...broker,
    auditor: here(ports['auditor']),
    router: here(ports[routerName(1)]),
    ...(more.length === 0
      ? {}
      : { moreRouters: Object.fromEntries(more.map((name) => [name, here(ports[name])])) }),
    ...(orgs.length === 0 ? {} : { console: here(ports['console']) }),
    gateways: Object.fromEntries(orgs.map((org) => [org, here(ports[gatewayName(org)])])),
    metrics: Object.fromEntries(names.map((name) => [name, `${here(ports[metricsName(name)])}/metrics`])),
    processes: {},
  };
}

async function startProcesses(
  troop: ProcessGroup,
  { home, orgs, routers, options, ports, run }: Plan & { readonly ports: Ports; readonly run: RunFile },
): Promise<void> {
  const policies = policiesIn(options.env);
  const begin = (
    name: string,
    service: ForkedProcess['service'],
    more: ForkedProcess['settings'] = {},
  ): Supervised => {
    const [PORT = 0, METRICS_PORT = 0] = [ports[name], ports[metricsName(name)]];
    const settings = { HOME: home.root, NATS_URL: run.nats, NATS_TLS: '', PORT, METRICS_PORT, ...more };
    return troop.start(name, () => Promise.resolve(forkProcess({ service, settings, log: home.log(name) })));
  };
  const RECEIPT_ALARM_SECONDS = DEMO_DEFAULTS.receiptAlarmSeconds ?? 0;
  const alarm = isGiven('receiptAlarmSeconds', options.env) ? {} : { RECEIPT_ALARM_SECONDS };
  const hub = { AUDITOR_URL: run.auditor, POLICIES: policies };
  const ROUTER_URLS = [run.router, ...Object.values(run.moreRouters ?? {})].join();
  const all = [
    begin('auditor', 'auditor'),
    ...routerNumbers(routers).map((n) => begin(routerName(n), 'router', { ...hub, ROUTER: n })),
    ...(run.console === undefined ? [] : [begin('console', 'console', { ...hub, ROUTER_URLS })]),
    ...orgs.map((org) => begin(gatewayName(org), 'gateway', { ORG: org, ...alarm })),
  ];
  await Promise.all(all.map(({ ready }) => ready));
}
