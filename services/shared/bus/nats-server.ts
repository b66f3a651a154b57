import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../kernel/errors.js';
import { isPortFree } from '../kernel/is-port-free.js';
import { readOpen } from '../kernel/read-open.js';
import { type Monitoring, monitoringAt } from './monitoring.js';
import { prepareStore } from './prepare-store.js';
import { storeFolder } from './store-folder.js';

interface StartServerParams {
  /** The path from `findNatsServer`. */
  readonly binary: string;
  readonly conf: string;
  /** The cipher key of the store, passed in the environment and never as an argument; absent when `conf` includes it. */
  readonly key?: string;
  readonly pidFile: string;
  /** The descriptor for the server's log lines; `ignore` drops them. */
  readonly log?: number | 'ignore';
  /** Starts it in its own process group, so that Ctrl-C in the terminal does not end it before its clients. */
  readonly detached?: boolean;
  /** How many processors it may use at a time; all of them by default. */
  readonly processors?: number;
  /** Called as soon as the child exists, which runs the server only afterwards: it ends if this process is killed before. */
  readonly onSpawned?: (server: Pick<NatsServer, 'pid' | 'exited'>) => void;
}

/** A running nats-server. */
export interface NatsServer {
  /** `nats://host:port` for clients. */
  readonly url: string;
  readonly monitoring: Monitoring;
  readonly pid: number;
  /** Resolves with the exit code when the process has ended; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Sends SIGTERM and waits for the end; SIGKILL after 10 s. */
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts nats-server as a child process; resolves when it serves and confirms `sync_interval: always`. Throws `busy` with
 * each port of its configuration that another program holds, `config-invalid` for a faulty configuration and for one of
 * another home, `unreachable` when it ends during the start and `timed-out` after 30 s.
 */
export async function startNatsServer(launch: StartServerParams): Promise<NatsServer> {
  const { listen, monitor: http, dataDir: store } = readAddresses(launch.conf);
  const monitoring = monitoringAt(`http://${http}`);
  stopLeftOver(launch);
  await requireFree(launch.conf, { listen, http });
  prepareStore(store);
  const spawnedAt = new Date();
  const { child, pid, exited, run } = spawnServer(launch);
  try {
    launch.onSpawned?.({ pid, exited });
    writeFileSync(launch.pidFile, `${pid}\n`, { mode: 0o600 });
    run();
    await untilReady(child, { monitoring, spawnedAt });
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    rmSync(launch.pidFile, { force: true });
    throw error;
  }
  return {
    url: `nats://${listen}`,
    monitoring,
    pid,
    exited,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(late);
      rmSync(launch.pidFile, { force: true });
    },
  };
}

/**
 * A shell that becomes the server, under the same process id, once it has read a line. If this process is killed before, the shell
 * reads the end of the pipe and ends: no server runs whose process id is not written down.
 */
const WAITING_SHELL = 'read -r line && exec "$0" "$@" </dev/null';

interface SpawnedServer extends Pick<NatsServer, 'pid' | 'exited'> {
  readonly child: ChildProcess;
  /** Runs the server in the waiting process. */
  readonly run: () => void;
}

function spawnServer(launch: StartServerParams): SpawnedServer {
  const { binary, conf, log = 'ignore' } = launch;
  const child = spawn('/bin/sh', ['-c', WAITING_SHELL, binary, '--config', conf], {
    detached: launch.detached === true,
    // The configuration's relative paths of data and certificates start here.
    cwd: dirname(conf),
    stdio: ['pipe', log, log],
    env: environment(launch),
  });
  // An ended shell is reported by `exited`.
  child.stdin?.on('error', () => undefined);
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  if (child.pid === undefined) throw fail('unreachable', `\`${binary}\` could not be started`);
  return { child, pid: child.pid, exited, run: () => void child.stdin?.end('\n') };
}

function environment({ key, processors }: StartServerParams): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    ...(key === undefined ? {} : { LIAISON_JS_KEY: key }),
    ...(processors === undefined ? {} : { GOMAXPROCS: String(processors) }),
  };
}

/** Where a server listens and stores its data, as `natsConf` wrote it. */
interface Addresses {
  /** `host:port` for clients. */
  readonly listen: string;
  /** `host:port` for monitoring. */
  readonly monitor: string;
  /** The absolute path of the data folder. */
  readonly dataDir: string;
}

/** Reads the addresses of a configuration. Throws `config-invalid` where one is missing, and as `storeFolder` does. */
export function readAddresses(path: string): Addresses {
  const text = readOpen(path).toString();
  const valueOf = (name: string): string | undefined =>
    new RegExp(`^${name}: "([^"]+)"$`, 'm').exec(text)?.[1];
  const [listen, monitor, store] = [valueOf('listen'), valueOf('http'), valueOf('  store_dir')];
  if (listen !== undefined && monitor !== undefined && store !== undefined)
    return { listen, monitor, dataDir: storeFolder(path, store) };
  throw fail('config-invalid', `\`${path}\` names no address or data folder: create it again with \`init\``);
}

/** Checks the ports before the start: the server would end and name a taken port in its log only. */
async function requireFree(
  conf: string,
  addresses: { readonly listen: string; readonly http: string },
): Promise<void> {
  const places = Object.entries(addresses).map(([setting, address]) => ({
    setting,
    ...hostAndPort(address),
  }));
  const free = await Promise.all(places.map(({ port, host }) => isPortFree(port, host)));
  const taken = places.filter((_, index) => free[index] === false);
  if (taken.length === 0) return;
  const words = taken.map(({ port, setting }) => `port \`${port}\` of the broker (\`${setting}\`)`);
  const are = taken.length === 1 ? 'is' : 'are';
  throw fail(
    'busy',
    `${words.join(' and ')} ${are} taken by another program: end it, or write another port into \`${conf}\``,
  );
}

function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

/**
 * Ends a server that outlived its supervisor and still holds the store. Because pids are reused, it ends only a
 * nats-server that was started with exactly this configuration.
 */
export function stopLeftOver({ pidFile, conf }: Pick<StartServerParams, 'pidFile' | 'conf'>): void {
  if (statSync(pidFile, { throwIfNoEntry: false }) === undefined) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 1 || !serves(pid, conf)) return;
  process.kill(pid, 'SIGTERM');
  for (let waited = 0; waited < STOP_TIMEOUT_MS && serves(pid, conf); waited += 50) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
  if (serves(pid, conf)) process.kill(pid, 'SIGKILL');
}

function serves(pid: number, conf: string): boolean {
  const words = commandOf(pid);
  return /(^|\/)nats-server[\0 ]/.test(words) && words.trimEnd().endsWith(conf);
}

/** Returns the command line of a process: NUL-separated from `/proc`, else as `ps` prints it; empty when there is none. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '');
  } catch {
    try {
      const stdio = ['ignore', 'pipe', 'ignore'] as const;
      return execFileSync('ps', ['-ww', '-p', String(pid), '-o', 'args='], {
        encoding: 'utf8',
        stdio: [...stdio],
      });
    } catch {
      return '';
    }
  }
}

interface UntilReadyParams {
  readonly monitoring: Monitoring;
  readonly spawnedAt: Date;
}

async function untilReady(child: ChildProcess, { monitoring, spawnedAt }: UntilReadyParams): Promise<void> {
  for (let waited = 0; waited < START_TIMEOUT_MS; waited += 25) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw fail('unreachable', 'nats-server ended during its start: its log says why');
    }
    // Another server on the same port would answer too, but was started earlier.
    if ((await monitoring.isServing()) && (await monitoring.startedAt()) >= spawnedAt) {
      if (await monitoring.syncsAlways()) return;
      throw fail(
        'config-invalid',
        'nats-server does not sync always: set `sync_interval: always` inside `jetstream`',
      );
    }
    await delay(25);
  }
  throw fail('timed-out', 'nats-server did not become ready');
}
