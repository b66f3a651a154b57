import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { variableOf } from '../../shared/runtime/config.js';
import type { Directory } from '../../shared/trust/directory.js';
import { requireHomeContract } from '../../shared/trust/home-contract.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { answerKeyRequests } from '../key/answer-requests.js';
import { renewHubKeys } from '../key/renew-hub-keys.js';
import { settingsHere } from '../config/settings-here.js';
import { routersOf } from '../init/routers.js';
import { noteDiskGrowth } from '../home/disk-growth.js';
import { gatewayName, HOST, routerName, routerNumbers } from '../home/process-names.js';
import type { RunFile } from '../home/run-file.js';
import { policiesIn } from '../home/policies-folder.js';
import { describeUnknownMembers } from '../home/unknown-members.js';
import type { ForkedProcess } from './fork-process.js';
import { type DEMO_DEFAULTS, defaultsFor } from './inherited-settings.js';
import { lockHome } from './lock.js';
import { type Ports, startOnPorts } from './ports.js';
import { prepareHome } from './prepare-home.js';
import { releaseChanges } from './releases/release-changes.js';
import { waitUntilReady } from './readiness.js';
import { keepDirectoryFresh } from './renew-directory.js';
import { type Broker, startBroker } from './start-broker.js';
import { createStartService, localUrl, metricsName } from './start-service.js';
import type { Launched, ProcessEvent } from './supervise.js';
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
  /** What is not started here: a hub has no gateways, and a bench takes the place of both. */
  readonly without?: readonly ('gateways' | 'console')[];
  /** Prepares the home, and signs the next version of its directory; by default that of a demonstration. */
  readonly prepare?: (home: Home, options: FederationOptions) => Promise<Directory>;
  /** Defaults that differ from those of a service; by default those of a demonstration. */
  readonly defaults?: typeof DEMO_DEFAULTS;
  /** Starts a process for each gateway, instead of one host for all. */
  readonly separate?: boolean;
  /** The number of routers; by default that of the home. */
  readonly routers?: number | undefined;
  /** Settings given as command line options, by the name of the variable without `LIAISON_`. */
  readonly flags?: ForkedProcess['settings'];
  /** How many members with policies like the shipped ones a new home has; by default it has the shipped ones. */
  readonly members?: number | undefined;
  /** The members; by default those of the home's own folder of policies, else of the shipped one. */
  readonly facts?: FederationFacts;
}

/**
 * A running federation on this machine: broker, auditor, routers, console, and a gateway for each organisation, in one process
 * or each in its own; or its hub alone.
 */
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
    const { prepare = prepareHome, without = [] } = options;
    const directory = await prepare(home, options);
    const orgs = [...directory.organisations.keys()];
    for (const words of describeUnknownMembers(policiesIn(options.env, home), orgs)) options.say(words);
    const routers = routersOf(home);
    const broker = await startBroker(processGroup, { home, routers, options, ending: ending.signal });
    const gateways = without.includes('gateways') ? [] : orgs;
    const starting = { home, orgs: gateways, members: orgs.length, routers, options };
    const run = await startListening(processGroup, { ...starting, broker });
    const beside = { say: options.say, stopping: ending.signal, env: options.env };
    void noteDiskGrowth(home, beside);
    for (const renew of [answerKeyRequests, keepDirectoryFresh, renewHubKeys]) void renew(home, beside);
    await waitUntilReady(run, options.stopping);
    void releaseChanges(home, { ...beside, run, orgs: gateways });
    return { home, orgs, run, stop, adopt: processGroup.adopt, end: processGroup.end, pid: processGroup.pid };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.stopping.removeEventListener('abort', stopStarting);
  }
}

interface StartListeningParams {
  readonly home: Home;
  /** Those whose gateways start here. */
  readonly orgs: readonly OrgId[];
  /** How many organisations the directory has. */
  readonly members: number;
  readonly routers: number;
  readonly options: FederationOptions;
  readonly broker: Broker;
}

/** Starts the processes that listen on ports of this home; resolves with the run file once all of them listen. */
function startListening(
  processGroup: ProcessGroup,
  { broker, ...starting }: StartListeningParams,
): Promise<RunFile> {
  const { home, orgs, routers, options } = starting;
  const names = namesOf(routers, orgs, options);
  const needed = [...new Set([...orgs.map(gatewayName), ...names, ...names.map(metricsName)])];
  const settings = settingsIn(options);
  const end = (): Promise<unknown> => Promise.all(names.map(processGroup.end));
  return startOnPorts({ home, names: needed, end, say: options.say }, async (ports) => {
    const run = processGroup.announce(runFile(orgs, { names, ports, routers, settings, ...broker }));
    await startProcesses(processGroup, { ...starting, ports, run });
    return run;
  });
}

interface StartProcessesParams extends Omit<StartListeningParams, 'broker'> {
  readonly ports: Ports;
  readonly run: RunFile;
}

/** Returns the settings that `config print` shows for a running federation. */
function settingsIn({ env, flags = {} }: FederationOptions): Readonly<Record<string, string>> {
  const given = Object.entries(flags).map(([name, value]) => [`LIAISON_${name}`, String(value)]);
  const here = settingsHere(env).map(({ name, value }) => [name, value]);
  return Object.fromEntries([...here, ...given]);
}

/** Returns the names of the processes that listen. */
function namesOf(
  routers: number,
  gateways: readonly OrgId[],
  { separate = false, without = [] }: Pick<FederationOptions, 'separate' | 'without'>,
): readonly string[] {
  const console = without.includes('console') ? [] : ['console'];
  const own = separate || gateways.length === 0 ? gateways.map(gatewayName) : [HOST];
  return ['auditor', ...routerNumbers(routers).map(routerName), ...console, ...own];
}

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
    auditor: localUrl(ports['auditor']),
    router: localUrl(ports[routerName(1)]),
    ...(more.length === 0
      ? {}
      : { moreRouters: Object.fromEntries(more.map((name) => [name, localUrl(ports[name])])) }),
    ...(names.includes('console') ? { console: localUrl(ports['console']) } : {}),
    ...(names.includes(HOST) ? { host: localUrl(ports[HOST]) } : {}),
    gateways: Object.fromEntries(orgs.map((org) => [org, localUrl(ports[gatewayName(org)])])),
    metrics: {
      ...Object.fromEntries(names.map((name) => [name, metricsUrl(ports, name)])),
      ...(names.includes(HOST)
        ? Object.fromEntries(orgs.map((org) => [gatewayName(org), `${metricsUrl(ports, HOST)}/${org}`]))
        : {}),
    },
    processes: {},
  };
}

const metricsUrl = (ports: Ports, name: string): string => `${localUrl(ports[metricsName(name)])}/metrics`;

async function startProcesses(
  processGroup: ProcessGroup,
  { home, orgs, members, routers, options, ports, run }: StartProcessesParams,
): Promise<void> {
  const policies = policiesIn(options.env, home);
  const start = createStartService(processGroup, {
    home,
    broker: run,
    ports,
    organisations: members,
    defaults: (service) => defaultsFor(service, options.env, options.defaults),
  });
  // A process that is started inherits the environment of this one, which has no settings of the home.
  const source = options.env[variableOf('policySource')];
  const rules: ForkedProcess['settings'] = source === undefined ? {} : { POLICY_SOURCE: source };
  const hub = { AUDITOR_URL: run.auditor, POLICIES: policies, ...rules };
  const ROUTER_URLS = [run.router, ...Object.values(run.moreRouters ?? {})].join();
  const HOSTED = orgs.map((org) => `${org}=${ports[gatewayName(org)]}`).join();
  const all = [
    start('auditor', { service: 'auditor', keys: home.hub('auditor') }),
    ...routerNumbers(routers).map((n) =>
      start(routerName(n), { service: 'router', keys: home.router(n) }, { ...hub, ROUTER: n }),
    ),
    ...(run.console === undefined
      ? []
      : [start('console', { service: 'console', keys: home.hub('console') }, { ...hub, ROUTER_URLS })]),
    ...(run.host === undefined ? orgs : []).map((org) =>
      start(gatewayName(org), { service: 'gateway', keys: home.org(org) }, { ORG: org }),
    ),
    // Relative: the certificates of a gateway are in the folder of its organisation.
    ...(run.host === undefined ? [] : [start(HOST, { service: 'gateway', keys: '' }, { HOSTED })]),
  ];
  await Promise.all(all.map(({ ready }) => ready));
}
