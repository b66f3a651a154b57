import { HUB_ACCOUNTS } from '../../../services/shared/bus/accounts.js';
import { type Bus, connectAs } from '../../../services/shared/bus/connect.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { provisionHome } from '../../../services/cli/init/provision-home.js';
import { seedPath } from '../../../services/cli/init/seed-path.js';
import { type BrokerFixture, type FixtureOptions, startBrokerFixture } from '../broker-fixture.js';

/**
 * A broker that syncs each message to disk, its streams, and a connection to the ledger with the router's
 * key.
 */
export interface LedgerFixture {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
  readonly core: Bus;
  /** The version of the nats-server. */
  readonly version: string;
  readonly stop: () => Promise<void>;
}

/** Starts the fixture in a temporary home, which `stop` removes. */
export function startLedgerFixture(options: FixtureOptions): Promise<LedgerFixture> {
  return startBrokerFixture(options, connectCore);
}

async function connectCore({
  home,
  orgs,
  url,
  monitor,
  version,
  adopt,
}: BrokerFixture): Promise<Omit<LedgerFixture, 'stop'>> {
  await provisionHome(home, { run: { nats: url, monitor }, say: () => undefined });
  const seed = readSecret(seedPath(home, HUB_ACCOUNTS.core, { role: 'router' }));
  const core = await connectAs({ servers: url, seed, role: 'router', name: 'bench' });
  adopt(core.close);
  return { home, orgs, core, version };
}
