import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Chance, createChance } from '../../../services/shared/kernel/chance.js';
import type { TestFederation } from '../federation.js';
import { untilArchived } from '../observe/until-archived.js';
import { until } from '../until.js';

/** Kills of a federation's processes, spread over the work that they disturb. */
export interface Disturbance {
  /** Counts one more piece of work that is done; a process is killed after so many. */
  readonly progress: () => void;
  /** Takes the broker's disk in place of the next kill, once. */
  readonly loseDisk: () => void;
  /** Resolves with the kills of each process, and of `disk`, when the last one is over. May be called again. */
  readonly stop: () => Promise<ReadonlyMap<string, number>>;
}

interface DisturbParams {
  /** Gives the order of the killed processes. */
  readonly seed: number;
  /** A process is killed after this many pieces of work, so that a slow machine has time to recover in between. */
  readonly every: number;
}

const GAP_MS = 500;

/** Kills routers, gateways and the broker again and again, until it is stopped. */
export function disturb(federation: TestFederation, { seed, every }: DisturbParams): Disturbance {
  const kills = new Map<string, number>();
  let [done, isOver, disk]: [number, boolean, 'kept' | 'to-lose' | 'lost'] = [0, false, 'kept'];
  let due = every;
  const isDue = (): boolean => done >= due || isOver;
  const run = async (): Promise<void> => {
    for (const victim of victims(createChance(seed), federation.orgs)) {
      while (!isDue()) await delay(GAP_MS / 10);
      if (isOver) return;
      due += every;
      const name = disk === 'to-lose' ? 'disk' : victim;
      if (name === 'disk') disk = 'lost';
      await (name === 'disk' ? loseDisk(federation) : killOnce(federation, victim));
      kills.set(name, (kills.get(name) ?? 0) + 1);
      await delay(GAP_MS);
    }
  };
  const running = run();
  // `stop` rejects with the error.
  running.catch(() => undefined);
  return {
    progress: () => void (done += 1),
    loseDisk: () => void (disk = disk === 'kept' ? 'to-lose' : disk),
    stop: async () => {
      isOver = true;
      await running;
      return kills;
    },
  };
}

async function killOnce(federation: TestFederation, victim: string): Promise<void> {
  await federation.pidOf(victim);
  federation.kill(victim);
}

/** Two gateways for each kill of the broker and of each router, without end. */
function* victims(chance: Chance, orgs: readonly string[]): Generator<string> {
  for (;;) {
    const gateways = chance.some(orgs, [2, 2]).map((org) => `gateway-${org}`);
    yield* chance.some(['router', 'router-2', 'nats', ...gateways], [5, 5]);
  }
}

/**
 * Kills the broker and erases its disk. Before that the auditor stores what the routers have recorded: records that it has not
 * stored yet are lost with the disk (docs/limits.md#the-broker).
 */
async function loseDisk(federation: TestFederation): Promise<void> {
  const routers = ['router', 'router-2'];
  for (const name of [...routers, 'nats']) await federation.pidOf(name);
  await Promise.all(routers.map(federation.freeze));
  await untilArchived(federation);
  const broker = await federation.freeze('nats');
  const data = federation.home.nats('data');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  for (const name of ['nats', ...routers]) federation.kill(name, 'SIGKILL');
  await federation.pidOf('nats', broker);
  await until(
    'the streams to be created again',
    async () => (await federation.cli('provision', '--after-loss')).code === 0,
  );
}
