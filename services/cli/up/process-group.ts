import { rmSync } from 'node:fs';
import { errorFrom } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { GatewayRunFile } from '../home/run-file.js';
import { writeSecretJson } from '../init/secrets.js';
import { type Launched, type ProcessEvent, runOnce, type Supervised, supervise } from './supervise.js';
import { SETTLE_TIMEOUT_MS } from './traffic.js';

/** The processes of one `up`, and the `run.json` that lists them. */
export interface ProcessGroup {
  /** Starts a process that is restarted when it ends. */
  readonly start: (name: string, launch: () => Promise<Launched>) => Supervised;
  /** Adds a process that was started elsewhere and is not restarted. */
  readonly adopt: (name: string, launched: Launched) => void;
  /** Returns the process id of a process that runs now. */
  readonly pid: (name: string) => number | undefined;
  /** Ends one process, which is not restarted. */
  readonly end: (name: string) => Promise<void>;
  /** Writes `run.json` now and whenever a process id changes. */
  readonly announce: <R extends GatewayRunFile>(run: R) => R;
  /** Ends all processes in the order of the message flow, and removes `run.json`. Idempotent. */
  readonly stop: () => Promise<void>;
}

/** The order of ending processes: submitters first, the broker last. */
const STOP_ORDER = [/^simulator$/, /^gateway(s$|-)/, /^router(-\d+)?$/, /^console$/, /^auditor$/, /^nats$/];

interface ProcessGroupParams {
  readonly onEvent: (event: ProcessEvent) => void;
  readonly say: (words: string) => void;
}

/** Creates an empty process group; `say` receives a note when `run.json` cannot be written. */
export function createProcessGroup(home: Home, { onEvent, say }: ProcessGroupParams): ProcessGroup {
  const children = new Map<string, Supervised>();
  let announced: GatewayRunFile | undefined;
  let stopped: Promise<void> | undefined;
  const writeFiles = createWriteFiles(home, say);
  const write = (): void => {
    if (announced === undefined || stopped !== undefined) return;
    writeFiles({ ...announced, processes: pidsOf(children) });
  };
  return {
    start: (name, launch) => {
      const handleEvent = (event: ProcessEvent): void => {
        onEvent(event);
        // Writes the file in the next turn of the event loop, when the process id is current.
        if (event.event === 'started' || event.event === 'ended') setImmediate(write);
      };
      const child = supervise({ name, launch, onEvent: handleEvent });
      children.set(name, child);
      // Ends a process whose start overlapped with `stop`.
      if (stopped !== undefined) void child.stop();
      return child;
    },
    adopt: (name, launched) => {
      children.set(name, runOnce(name, launched, SETTLE_TIMEOUT_MS));
      write();
    },
    pid: (name) => children.get(name)?.pid(),
    end: async (name) => {
      await children.get(name)?.stop();
      write();
    },
    announce: (run) => {
      announced = run;
      write();
      return run;
    },
    stop: () => (stopped ??= endAll([...children.values()]).then(() => removeFiles(home))),
  };
}

/** Creates a writer of the run and target files. A failure is reported once, and retried at the next change. */
function createWriteFiles(home: Home, say: ProcessGroupParams['say']): (run: GatewayRunFile) => void {
  let failing = false;
  return (run) => {
    try {
      writeSecretJson(home.run, run);
      writeTargets(home, run);
      failing = false;
    } catch (error) {
      if (!failing) say(`${errorFrom(error).message}: the federation continues without it`);
      failing = true;
    }
  };
}

function pidsOf(children: ReadonlyMap<string, Supervised>): Record<string, number> {
  const pids = [...children].map(([name, child]) => [name, child.pid()] as const);
  return Object.fromEntries(pids.filter((entry): entry is [string, number] => entry[1] !== undefined));
}

function removeFiles({ run, targets }: Home): void {
  for (const path of [run, targets]) rmSync(path, { force: true });
}

async function endAll(children: readonly Supervised[]): Promise<void> {
  for (const names of STOP_ORDER) {
    await Promise.all(children.filter(({ name }) => names.test(name)).map((child) => child.stop()));
  }
}

/**
 * Writes `targets.json` for Prometheus (`file_sd_configs`): the metrics address of each process, and of each gateway in a
 * host, labelled with its name, as the metrics themselves do not name the process.
 */
function writeTargets(home: Home, { metrics }: Pick<GatewayRunFile, 'metrics'>): void {
  const targets = Object.entries(metrics).map(([process, url]) => ({
    targets: [new URL(url).host],
    labels: { process, service: process.split('-')[0], __metrics_path__: new URL(url).pathname },
  }));
  writeSecretJson(home.targets, targets);
}
