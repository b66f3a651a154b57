import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceProcess } from '../processes/service-process.js';
import { buildPreload } from './preload.js';
import { randomFrom } from './random.js';
import { replayPowerCut } from './replay.js';

/** A process of the machine. */
type CutProcess = Pick<ServiceProcess, 'pid' | 'kill' | 'stop'>;

/** Processes whose disk loses power; the broker has a disk of its own, which does not. */
export interface CutMachine {
  /** Starts the process or the processes, which write a journal. */
  start(): Promise<void>;
  /** Ends all processes at once. */
  cut(): Promise<void>;
  /** Builds the disks that the cut left, in a new folder; `withoutFlush` as if the flush of the log had not been asked for. */
  replay(seed: number, withoutFlush: boolean): string;
  /** Makes a copy of such a folder the disk of the processes. */
  adopt(folder: string): void;
  stop(): Promise<void>;
  close(): Promise<void>;
}

interface CutMachineParams {
  /** The folder of the disk. */
  readonly root: string;
  /** Starts the processes with these variables in their environment. */
  readonly launch: (env: Readonly<Record<string, string>>) => Promise<readonly CutProcess[]>;
}

/** Creates the machine; needs a C compiler. */
export function createCutMachine({ root, launch }: CutMachineParams): CutMachine {
  const preload = buildPreload();
  const folder = mkdtempSync(join(tmpdir(), 'liaison-cut-'));
  const base = join(folder, 'base');
  let running: readonly CutProcess[] = [];
  let env: Readonly<Record<string, string>> = {};
  let copies = 0;
  const end = async (how: 'kill' | 'stop'): Promise<void> => {
    const ending = running;
    await Promise.all(ending.map((service) => service[how]()));
  };
  return {
    start: async () => {
      rmSync(base, { recursive: true, force: true });
      mkdirSync(root, { recursive: true, mode: 0o700 });
      cpSync(root, base, { recursive: true });
      env = preload.envFor(root);
      running = await launch(env);
    },
    cut: () => end('kill'),
    replay: (seed, withoutFlush) => {
      const target = join(folder, `left-${(copies += 1)}`);
      const journals = running.map(({ pid }) => preload.journalOf(env, pid));
      // The flush has a descriptor that cannot write; SQLite flushes its own.
      const isLeftOut = ({ canWrite }: { readonly canWrite: boolean }): boolean => withoutFlush && !canWrite;
      replayPowerCut({ root, base, journals, random: randomFrom(seed), isLeftOut }, target);
      return target;
    },
    adopt: (left) => {
      rmSync(root, { recursive: true, force: true });
      cpSync(left, root, { recursive: true });
    },
    stop: () => end('stop'),
    close: async () => {
      await end('kill');
      preload.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
