import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { residentOf } from '../../bench/usage.js';
import type { Broker } from '../broker.js';

/** A built service that runs as its own process. */
export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** Resident memory in MiB. */
  resident(): number;
  /** True until the process has exited. */
  isAlive(): boolean;
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

interface ServiceOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Of V8's old space, in MiB. */
  readonly heapMiB: number;
}

/** Starts `dist/services/<name>/main.js` on the home and broker of a test; resolves when it is ready. */
export async function startService(
  name: 'auditor' | 'gateway',
  broker: Pick<Broker, 'home' | 'url'>,
  { env = {}, heapMiB }: ServiceOptions,
): Promise<ServiceProcess> {
  const main = fileURLToPath(new URL(`../../../dist/services/${name}/main.js`, import.meta.url));
  const child = fork(main, {
    env: { ...process.env, LIAISON_HOME: broker.home.root, LIAISON_NATS_URL: broker.url, ...env },
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      '--max-semi-space-size=4',
      `--max-old-space-size=${heapMiB}`,
    ],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(Object(message).url)));
    void exited.then(() => reject(new Error(`the ${name} ended with ${child.exitCode ?? child.signalCode}`)));
  });
  return {
    url: await ready,
    pid: child.pid ?? 0,
    resident: () => residentOf(child.pid ?? 0),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
