import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { isGiven } from '../../shared/runtime/settings.js';
import { requireHomeContract } from '../../shared/trust/home-contract.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { settingsHere } from '../config/settings-here.js';
import { routersOf } from '../init/routers.js';
import { routerName, routerNumbers, gatewayName } from '../home/process-names.js';
import type { RunFile } from '../home/run-file.js';
import { policiesIn } from '../home/policies-folder.js';
import { describeUnknownMembers } from '../home/unknown-members.js';
import { type ForkedProcess, forkProcess } from './fork-process.js';
import { DEMO_DEFAULTS } from './inherited-settings.js';
import { lockHome } from './lock.js';
import { persistentPorts, type Ports } from './ports.js';
import { prepareHome } from './prepare-home.js';
import { waitUntilReady } from './readiness.js';
import { type Broker, startBroker } from './start-broker.js';
import type { Launched, ProcessEvent, Supervised } from './supervise.js';
import { createProcessGroup, type ProcessGroup } from './process-group.js';

/** The options of `startFederation`. */
export interface FederationOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Creates a new home, and deletes the contents of the old one. */
  readonly fresh: boolean;
  /** Creates streams again that were provisioned before; only for a broker whose disk is lost. */
  readonly afterLoss: boolean;
  /** Receives progress in words. */
  readonly say: (words: string) => void;
  readonly onEvent: (event: ProcessEvent) => void;
  /** Aborts a start that is under way. */
  readonly stopping: AbortSignal;
  /** Starts no gateway and no console: for a bench that takes their place. */
  readonly hubOnly?: boolean;
  /** The number of routers; by default that of the home. */
  readonly routers?: number | undefined;
  /** Settings given as command line options, by the name of the variable without `LIAISON_`. */
  readonly flags?: ForkedProcess['settings'];
  /** The members; by default those of `policies/federation/members.yaml`. */
  readonly facts?: FederationFacts;
}

/** A running federation on this machine: broker, auditor, routers, console, and a gateway for each organisation. */
export interface Federation {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
  readonly run: RunFile;
  /** Adds a process that was started elsewhere: `run.json` lists it, and `stop` ends it before all others. */
  readonly adopt: (name: string, launched: Launched) => void;
  /** Returns the process id of a process that runs now. */
  readonly pid: (name: string) => number | undefined;
  /** Ends one process, which is not started again. */
  readonly end: (name: string) => Promise<void>;
  /** Ends all processes, in the order of the message flow, so that each can finish its work. */
  readonly stop: () => Promise<void>;
}

/** Starts a federation, and resolves when every process is ready. On a failure stops all processes, then throws. */
export async function startFederation(home: Home, options: FederationOptions): Promise<Federation> {
  // Before the lock, which would be a change of an older home.
  if (!options.fresh) requireHomeContract(home);
  const lock = lockHome(home);
  const processGroup = createProcessGroup(home, options);
  const ending = new AbortController();
  const stop = async (): Promise<void> => {
    ending.abort();
    await processGroup.stop();
    lock.release();
  };
  const stopStarting = (): void => void processGroup.stop();
  options.stopping.addEventListener('abort', stopStarting);
  try {
    const directory = await prepareHome(home, options);
    const orgs = [...directory.organisations.keys()];
    for (const words of describeUnknownMembers(policiesIn(options.env), orgs)) options.say(words);
    const routers = routersOf(home);
    const broker = await startBroker(processGroup, {
      home,
      orgs,
      routers,
      options,
      ending: ending.signal,
    });
    const gateways = options.hubOnly === true ? [] : orgs;
    const names = namesOf(routers, gateways);
    const ports = await persistentPorts(home, [...names, ...names.map(metricsName)]);
    const settings = settingsIn(options);
    const run = processGroup.announce(runFile(gateways, { names, ports, routers, settings, ...broker }));
    await startProcesses(processGroup, { home, orgs: gateways, routers, options, ports, run });
    await waitUntilReady(run, options.stopping);
    return { home, orgs, run, stop, adopt: processGroup.adopt, end: processGroup.end, pid: processGroup.pid };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.stopping.removeEventListener('abort', stopStarting);
  }
}

interface StartProcessesParams {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
  readonly routers: number;
  readonly options: FederationOptions;
  readonly ports: Ports;
  readonly run: RunFile;
}

/** Returns the settings that `config print` shows for a running federation. */
function settingsIn({ env, flags = {} }: FederationOptions): Readonly<Record<string, string>> {
  const given = Object.entries(flags).map(([name, value]) => [`LIAISON_${name}`, String(value)]);
  const here = settingsHere(env).map(({ name, value }) => [name, value]);
  return Object.fromEntries([...here, ...given]);
}

/** Returns the names of the processes that listen; without gateways no console runs either. */
function namesOf(routers: number, gateways: readonly OrgId[]): readonly string[] {
  const console = gateways.length === 0 ? [] : ['console'];
  return ['auditor', ...routerNumbers(routers).map(routerName), ...console, ...gateways.map(gatewayName)];
}

const metricsName = (process: string): string => `metrics-${process}`;
const here = (port: number | undefined): string => `http://127.0.0.1:${port}`;

interface RunFileParams extends Broker {
  readonly names: readonly string[];
  readonly ports: Ports;
  readonly routers: number;
  readonly settings: NonNullable<RunFile['settings']>;
}

function runFile(orgs: readonly OrgId[], { names, ports, ...broker }: RunFileParams): RunFile {
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
  processGroup: ProcessGroup,
  { home, orgs, routers, options, ports, run }: StartProcessesParams,
): Promise<void> {
  const policies = policiesIn(options.env);
  const start = (
    name: string,
    service: ForkedProcess['service'],
    more: ForkedProcess['settings'] = {},
  ): Supervised => {
    const [PORT = 0, METRICS_PORT = 0] = [ports[name], ports[metricsName(name)]];
    const settings = { HOME: home.root, NATS_URL: run.nats, NATS_TLS: '', PORT, METRICS_PORT, ...more };
    return processGroup.start(name, () =>
      Promise.resolve(forkProcess({ service, settings, log: home.log(name) })),
    );
  };
  const DEADLINE_SECONDS = DEMO_DEFAULTS.deadlineSeconds ?? 0;
  const deadlines = isGiven('deadlineSeconds', options.env) ? {} : { DEADLINE_SECONDS };
  const hub = { AUDITOR_URL: run.auditor, POLICIES: policies, ...deadlines };
  const ROUTER_URLS = [run.router, ...Object.values(run.moreRouters ?? {})].join();
  const all = [
    start('auditor', 'auditor'),
    ...routerNumbers(routers).map((n) => start(routerName(n), 'router', { ...hub, ROUTER: n })),
    ...(run.console === undefined ? [] : [start('console', 'console', { ...hub, ROUTER_URLS })]),
    ...orgs.map((org) => start(gatewayName(org), 'gateway', { ORG: org, ...deadlines })),
  ];
  await Promise.all(all.map(({ ready }) => ready));
}
