import { setTimeout as delay } from 'node:timers/promises';
import { HUB_ACCOUNTS } from '../../../services/shared/bus/accounts.js';
import { connectAs } from '../../../services/shared/bus/connect.js';
import { createStatusPublisher, type StatusPublisher } from '../../../services/shared/bus/status.js';
import { systemClock } from '../../../services/shared/kernel/clock.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { probe } from '../../../services/cli/http-client.js';
import { seedPath } from '../../../services/cli/init/seed-path.js';
import { forkProcess } from '../../../services/cli/up/fork-process.js';
import { type BrokerFixture, endOf, type FixtureOptions, startBrokerFixture } from '../broker-fixture.js';

/** A broker, a console connected to it, and a connection with the router's key to publish events. */
export interface Fixture {
  readonly url: string;
  /** Process id of the nats-server. */
  readonly version: string;
  /** Process id of the console. */
  readonly pid: number;
  readonly token: string;
  readonly orgs: readonly OrgId[];
  readonly publish: StatusPublisher;
  readonly stop: () => Promise<void>;
}

/** An address without a server; only the page of the flow would request it. */
const NO_AUDITOR = 'http://127.0.0.1:9';
const LOOK_MS = 50;

/** Starts broker and console in their own home, which `stop` removes. Resolves when the console is connected. */
export function startFixture(options: FixtureOptions): Promise<Fixture> {
  return startBrokerFixture(options, startConsole);
}

async function startConsole({
  home,
  orgs,
  url: servers,
  version,
  adopt,
}: BrokerFixture): Promise<Omit<Fixture, 'stop'>> {
  const settings = { HOME: home.root, NATS_URL: servers, AUDITOR_URL: NO_AUDITOR, PORT: 0 };
  const console = forkProcess({ service: 'console', settings, log: home.log('console') });
  adopt(endOf(console));
  const url = String((await console.ready)['url']);
  while ((await probe(`${url}/readyz`))?.ok !== true) await delay(LOOK_MS);
  const seed = readSecret(seedPath(home, HUB_ACCOUNTS.watch, { role: 'router' }));
  const bus = await connectAs({ servers, seed, role: 'router', name: 'bench' });
  adopt(bus.close);
  return {
    url,
    version,
    pid: console.pid,
    token: readSecret(home.hub('console', 'viewer.token')),
    orgs,
    publish: createStatusPublisher(bus, { source: 'router-1', clock: systemClock }),
  };
}
