import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Chance, createChance } from '../../../services/shared/kernel/chance.js';
import type { TestFederation } from '../federation.js';
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
const RECOVERY_MS = 60_000;

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
  const frozen = await Promise.all(['router', 'router-2', 'nats'].map((name) => federation.pidOf(name)));
  for (const name of ['router', 'router-2']) federation.kill(name, 'SIGSTOP');
  await until('the auditor to store every record', () => isArchived(federation), RECOVERY_MS);
  federation.kill('nats', 'SIGSTOP');
  const data = federation.home.nats('data');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  for (const name of ['nats', 'router', 'router-2']) federation.kill(name, 'SIGKILL');
  await federation.pidOf('nats', frozen[2]);
  await until(
    'the streams to be created again',
    async () => (await federation.cli('provision', '--after-loss')).code === 0,
    RECOVERY_MS,
  );
}

async function isArchived(federation: TestFederation): Promise<boolean> {
  const read = await fetch(`${federation.run().monitor}/jsz?acc=CORE&consumers=true`);
  const { account_details: accounts = [] } = (await read.json()) as JetStreamState;
  const consumers = accounts.flatMap(({ stream_detail: streams = [] }) =>
    streams.filter(({ name }) => name === 'LEDGER').flatMap(({ consumer_detail: all = [] }) => all),
  );
  const auditor = consumers.find(({ name }) => name === 'auditor');
  return auditor !== undefined && auditor.num_pending + auditor.num_ack_pending === 0;
}

/** What is read of the broker's monitoring. */
interface JetStreamState {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly consumer_detail?: readonly {
        readonly name: string;
        readonly num_pending: number;
        readonly num_ack_pending: number;
      }[];
    }[];
  }[];
}
