import { monitoringAt } from '../../services/shared/bus/monitoring.js';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import type { Home } from '../../services/shared/runtime/home.js';
import { initDemo } from '../../services/cli/init/init-demo.js';
import { findServer, launchNats } from '../../services/cli/up/nats-process.js';
import { temporaryHome } from '../../services/cli/up/prepare-home.js';
import type { Launched } from '../../services/cli/up/supervise.js';

/** A nats-server in its own home, with the keys of every role and without streams. */
export interface BrokerFixture {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
  readonly url: string;
  /** Address of its monitoring. */
  readonly monitor: string;
  /** Process id of the nats-server. */
  readonly version: string;
  /** Registers a function that `stop` calls before it ends the server, last registered first. */
  readonly adopt: (end: End) => void;
}

type End = () => Promise<unknown>;

export interface FixtureOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly say: (words: string) => void;
}

/** Starts the server and what `start` adds. `stop`, or an error, ends both and removes the home. */
export async function startBrokerFixture<T>(
  { env, say }: FixtureOptions,
  start: (broker: BrokerFixture) => Promise<T>,
): Promise<T & { readonly stop: () => Promise<void> }> {
  const { home, remove } = temporaryHome();
  const ends: End[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
    remove();
  };
  try {
    const orgs = await initDemo(home);
    const nats = await launchNats(home, await findServer(env, say));
    ends.push(endOf(nats));
    const facts = await nats.ready;
    const [url, monitor] = [String(facts['url']), String(facts['monitor'])];
    const version = await monitoringAt(monitor).version();
    const adopt = (end: End): void => void ends.push(end);
    return { ...(await start({ home, orgs, url, monitor, version, adopt })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Returns a function that ends a process and waits for its exit. */
export const endOf =
  ({ kill, exited }: Launched): End =>
  () => {
    kill('SIGTERM');
    return exited;
  };
