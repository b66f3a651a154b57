import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { createConsole } from '../../services/console/console.js';
import { readAnchor } from '../../services/shared/trust/read-directory.js';
import { connectService } from '../../services/shared/bus/connect.js';
import { createStatusPublisher, type StatusPublisher } from '../../services/shared/bus/status.js';
import { systemClock } from '../../services/shared/kernel/clock.js';
import { equalDeadlines } from '../../services/shared/notice/deadlines.js';
import { createMeter } from '../../services/shared/runtime/meter.js';
import { readAcknowledged } from '../../services/shared/store/acknowledged-alarms.js';
import { openSimulatedList } from '../../services/shared/runtime/simulated-list.js';
import { createLoadInChild } from '../../services/shared/policy/load/load-in-child.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { openConsoleStore } from '../../services/shared/store/console/console-store.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { type Caller, readCallers } from '../../services/shared/trust/callers.js';
import { watchDirectory } from '../../services/shared/trust/directory-holder.js';
import { hashToken, newToken } from '../../services/shared/trust/tokens.js';
import { type Broker, startBroker } from '../support/broker.js';
import { until } from '../support/until.js';
import { alarmsFor } from '../support/alarms-for.js';

/** A console on a real broker, with a publisher that has a router's key. */
export interface RunningConsole {
  readonly broker: Broker;
  readonly url: string;
  /** Tokens of `federation` and of each organisation. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Publishes a status event as a router does. */
  readonly say: StatusPublisher;
  /** A restarted router: its numbers begin at 1. */
  readonly sayAnew: () => Promise<StatusPublisher>;
  /** Resolves when the console has stored every event published so far. */
  readonly heard: () => Promise<void>;
  readonly get: (path: string, who?: string) => Promise<{ status: number; text: string; headers: Headers }>;
  /** The rows of `/v1/status` of the last hour. */
  readonly rows: (query: string, who?: string) => Promise<readonly Row[]>;
  /** What Prometheus would read. */
  readonly metrics: () => Promise<string>;
  readonly revoke: (who: string) => void;
  /** Rewrites the token file. */
  readonly changeCallers: (change: (callers: readonly Caller[]) => readonly Caller[]) => void;
  /** Restarts the console on the same port and files. */
  readonly restart: () => Promise<void>;
  readonly stopConsole: () => Promise<void>;
  readonly startConsole: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export type Row = Readonly<Record<string, unknown>> & { readonly type: 'status' | 'gap' };

interface Options {
  readonly most?: number;
  /** The folder of a built page. */
  readonly page?: string;
  readonly orgs?: readonly string[];
  /** A broker that runs already and is not stopped with the console. */
  readonly broker?: Broker;
  /** No auditor answers there by default. */
  readonly auditorUrl?: string;
  /** Addresses of routers that the console watches; none by default. */
  readonly routerUrls?: readonly string[];
  /** True for a home of a release whose console neither asked the auditor nor relayed commands. */
  readonly old?: boolean;
  /** The folder of live policies. */
  readonly policies?: string;
  /** `releases`: the adopted policies take its place. */
  readonly policySource?: 'folder' | 'releases';
  /** The child process of the workbench. */
  readonly policyChild?: URL;
  /** Changes the home before the console opens it. */
  readonly prepare?: (broker: Broker) => Promise<void>;
}

// Built, because Node forks no TypeScript.
const LOADER = pathToFileURL(join(projectRoot, 'dist/services/console/load-child.js'));
const POLICY_CHILD = pathToFileURL(join(projectRoot, 'dist/services/console/policies/child.js'));

/** A marker event: once it is stored, every event before it is. */
const MARK = 'status.expired._._._';

export async function startConsole(options: Options = {}): Promise<RunningConsole> {
  const broker =
    options.broker ?? (await startBroker({ orgs: options.orgs ?? ['europol', 'afripol', 'interpol'] }));
  await options.prepare?.(broker);
  const tokens = Object.fromEntries(['federation', ...broker.orgs].map((who) => [who, newToken()]));
  const path = broker.home.hub('console', 'tokens.json');
  const writeCallers = (callers: readonly Caller[]): void =>
    writeFileSync(path, JSON.stringify({ tokens: callers }));
  writeCallers(callersOf(tokens));
  let running = await launch(broker, options, 0);
  const { url } = running;
  const router = await broker.connect('router', 'WATCH');
  const publish = createStatusPublisher(router, { source: 'router-1', clock: systemClock });
  let marks = 0;
  const get: RunningConsole['get'] = async (address, who = 'federation') => {
    const headers = { authorization: `Bearer ${tokens[who] ?? who}` };
    const response = await fetch(`${url}${address}`, { headers });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const rows: RunningConsole['rows'] = async (query, who) => {
    const { status, text } = await get(`/v1/status?since=1h&${query}`, who);
    if (status !== 200) throw new Error(text);
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Row);
  };
  const heard = async (): Promise<void> => {
    marks += 1;
    const mark = `mark-${marks}`;
    publish(MARK, { event: 'expired', what: mark });
    await until(mark, async () => (await rows('event=expired')).some(({ what }) => what === mark));
  };
  const stopConsole = (): Promise<void> => running.stop();
  const again = async (): Promise<void> => {
    running = await launch(broker, options, Number(new URL(url).port));
    await until('the broker', () => running.isConnected());
  };
  return {
    broker,
    url,
    tokens,
    say: publish,
    sayAnew: async () => {
      // Another instance, with a later start time.
      const later = (): Date => new Date(Date.now() + 1_000);
      return createStatusPublisher(await broker.connect('router', 'WATCH'), {
        source: 'router-1',
        clock: later,
      });
    },
    heard,
    get,
    rows,
    metrics: () => running.metrics(),
    revoke: (who) => {
      delete tokens[who];
      writeCallers(callersOf(tokens));
    },
    changeCallers: (change) => writeCallers(change(callersOf(tokens))),
    restart: async () => {
      await stopConsole();
      await again();
    },
    stopConsole,
    startConsole: again,
    close: async () => {
      await running.stop();
      if (options.broker === undefined) await broker.close();
    },
  };
}

function callersOf(tokens: Readonly<Record<string, string>>): readonly Caller[] {
  return Object.entries(tokens).map(([who, token]) => ({
    name: who,
    hash: hashToken(token),
    scopes: ['viewer'],
    ...(who === 'federation' ? {} : { org: who }),
  }));
}

interface Launched {
  metrics(): Promise<string>;
  readonly url: string;
  isConnected(): boolean;
  stop(): Promise<void>;
}

async function launch(
  { home, ...broker }: Broker,
  {
    most = 100_000,
    page,
    auditorUrl = 'http://127.0.0.1:9',
    routerUrls = [],
    old = false,
    policies = join(projectRoot, 'policies'),
    policySource = 'folder',
    policyChild = POLICY_CHILD,
  }: Options,
  port: number,
): Promise<Launched> {
  const empty = mkdtempSync(join(tmpdir(), 'liaison-page-'));
  const directory = await watchDirectory(home.directory, readAnchor(home), { onAlarm: () => undefined });
  const store = openConsoleStore(home.hub('console', 'console.db'), { keptMs: 86_400_000, most });
  const meter = createMeter();
  const connectTo = (account: string) => {
    const seed = broker.seedOf('console', account);
    return () => connectService({ servers: broker.url, seed, role: 'console', name: 'console' });
  };
  const token = home.hub('console', 'auditor.token');
  const running = await createConsole({
    connect: connectTo('WATCH'),
    connectCommand: old ? undefined : connectTo('COMMAND'),
    simulated: openSimulatedList(home.simulated),
    acknowledged: () => readAcknowledged(home.acknowledged),
    auditorToken: () => (old || !existsSync(token) ? undefined : readSecret(token)),
    store,
    directory: directory.current,
    callers: () => readCallers(home.hub('console', 'tokens.json')),
    signInLinks: home.hub('console', 'links'),
    clock: systemClock,
    log: pino({ level: 'silent' }),
    alarms: alarmsFor({ meter }),
    meter,
    auditorUrl,
    routerUrls,
    policies,
    policySource,
    deadlines: equalDeadlines(86_400),
    loadPolicies: createLoadInChild(LOADER),
    host: '127.0.0.1',
    hostNames: ['console.test'],
    port,
    page: page ?? empty,
    policyChild,
  });
  await until('the broker', running.isConnected);
  return {
    url: running.url,
    isConnected: running.isConnected,
    metrics: meter.text,
    stop: async () => {
      await running.stop();
      directory.stop();
      store.close();
      rmSync(empty, { recursive: true, force: true });
    },
  };
}
