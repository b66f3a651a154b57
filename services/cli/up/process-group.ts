import { rmSync } from 'node:fs';
import { errorFrom } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { RunFile } from '../home/run-file.js';
import { writeSecretJson } from '../init/secrets.js';
import { type Launched, type ProcessEvent, runOnce, type Supervised, supervise } from './supervise.js';
import { SETTLE_MS } from './traffic.js';

/** The children of one `up`, and the `run.json` that tells of them. */
export interface ProcessGroup {
  readonly start: (name: string, launch: () => Promise<Launched>) => Supervised;
  /** Takes in what was started elsewhere and runs once. */
  readonly adopt: (name: string, launched: Launched) => void;
  readonly pid: (name: string) => number | undefined;
  readonly end: (name: string) => Promise<void>;
  /** From now on `run.json` is kept: addresses, and the pid of each process as it is now. */
  readonly announce: (run: RunFile) => RunFile;
  /** Ends all, in the order of the flow, and removes `run.json`. Safe to call again. */
  readonly stop: () => Promise<void>;
}

/** What is ended first: who submits; then who takes; the broker at last. */
const ENDS = [/^simulator$/, /^gateway-/, /^router(-\d+)?$/, /^console$/, /^auditor$/, /^nats$/];

interface Telling {
  readonly onEvent: (event: ProcessEvent) => void;
  readonly say: (words: string) => void;
}

export function createProcessGroup(home: Home, { onEvent, say }: Telling): ProcessGroup {
  const children = new Map<string, Supervised>();
  let announced: RunFile | undefined;
  let stopped: Promise<void> | undefined;
  const writeFiles = createWriteFiles(home, say);
  const write = (): void => {
    if (announced === undefined || stopped !== undefined) return;
    writeFiles({ ...announced, processes: pidsOf(children) });
  };
  return {
    start: (name, launch) => {
      const tell = (event: ProcessEvent): void => {
        onEvent(event);
        // A turn later, when the child is known to run, or not to.
        if (event.event === 'started' || event.event === 'ended') setImmediate(write);
      };
      const child = supervise({ name, launch, onEvent: tell });
      children.set(name, child);
      // A start that was under way when everything was ended.
      if (stopped !== undefined) void child.stop();
      return child;
    },
    adopt: (name, launched) => {
      children.set(name, runOnce(name, launched, SETTLE_MS));
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

/** What cannot be written ends nothing: it is said once, and tried again with whatever happens next. */
function createWriteFiles(home: Home, say: Telling['say']): (run: RunFile) => void {
  let failing = false;
  return (run) => {
    try {
      writeSecretJson(home.run, run);
      writeTargets(home, run);
      failing = false;
    } catch (error) {
      if (!failing) say(`${errorFrom(error).message}: the federation goes on without it`);
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
  for (const names of ENDS) {
    await Promise.all(children.filter(({ name }) => names.test(name)).map((child) => child.stop()));
  }
}

/**
 * `targets.json` for Prometheus (`file_sd_configs`): where each process shows its numbers. Which process it is, is a label
 * that the reader's own file gives; no process says of itself whose it is.
 */
function writeTargets(home: Home, { metrics }: Pick<RunFile, 'metrics'>): void {
  const targets = Object.entries(metrics).map(([process, url]) => ({
    targets: [new URL(url).host],
    labels: { process, service: process.split('-')[0] },
  }));
  writeSecretJson(home.targets, targets);
}
