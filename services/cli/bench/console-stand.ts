import { setTimeout as delay } from 'node:timers/promises';
import { HUB_ACCOUNTS } from '../../shared/bus/accounts.js';
import { connectAs } from '../../shared/bus/connect.js';
import { createStatusPublisher, type StatusPublisher } from '../../shared/bus/status.js';
import { systemClock } from '../../shared/kernel/clock.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { probe } from '../http-client.js';
import { initDemo } from '../init/init-demo.js';
import { seedPlace } from '../init/seed-places.js';
import { forkProcess } from '../up/fork-process.js';
import { findServer, launchNats } from '../up/nats-process.js';
import { temporaryHome } from '../up/ready-home.js';
import type { Launched } from '../up/supervise.js';

/** A broker and a console that hears it, and a router's voice. */
export interface Stand {
  readonly url: string;
  /** Of the console process. */
  readonly pid: number;
  readonly token: string;
  readonly orgs: readonly OrgId[];
  readonly publish: StatusPublisher;
  readonly stop: () => Promise<void>;
}

interface Starting {
  readonly env: NodeJS.ProcessEnv;
  readonly say: (words: string) => void;
}

/** Nobody: only the flow's page would ask it. */
const NO_AUDITOR = 'http://127.0.0.1:9';
const LOOK_MS = 50;

/** Starts both in a home of their own, which `stop` removes. Resolves when the console hears the broker. */
export async function startStand(starting: Starting): Promise<Stand> {
  const { home, remove } = temporaryHome();
  const ends: End[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
    remove();
  };
  try {
    return { ...(await startParts(home, { ...starting, ends })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type End = () => Promise<unknown>;

interface Parts extends Starting {
  /** Takes in how each part is ended, once it runs. */
  readonly ends: End[];
}

const endOf =
  ({ kill, exited }: Launched): End =>
  () => {
    kill('SIGTERM');
    return exited;
  };

async function startParts(home: Home, { env, say, ends }: Parts): Promise<Omit<Stand, 'stop'>> {
  const orgs = await initDemo(home);
  const nats = await launchNats(home, await findServer(env, say));
  ends.push(endOf(nats));
  const servers = String((await nats.ready)['url']);
  const settings = { HOME: home.root, NATS_URL: servers, AUDITOR_URL: NO_AUDITOR, PORT: 0 };
  const console = forkProcess({ service: 'console', settings, log: home.log('console') });
  ends.push(endOf(console));
  const url = String((await console.ready)['url']);
  while ((await probe(`${url}/readyz`))?.ok !== true) await delay(LOOK_MS);
  const user = { role: 'router', publish: [], subscribe: [] } as const;
  const seed = readSecret(seedPlace(home, HUB_ACCOUNTS.watch, user));
  const bus = await connectAs({ servers, seed, role: 'router', name: 'bench' });
  ends.push(bus.close);
  return {
    url,
    pid: console.pid,
    token: readSecret(home.hub('console', 'viewer.token')),
    orgs,
    publish: createStatusPublisher(bus, { source: 'router-1', clock: systemClock }),
  };
}
