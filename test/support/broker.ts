import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initDemo } from '../../services/cli/init/init-demo.js';
import { type Provisioned, provisionHome } from '../../services/cli/init/provision-home.js';
import { findLost } from '../../services/cli/init/restore-streams.js';
import { findServer } from '../../services/cli/up/nats-process.js';
import { readFederation } from '../../services/cli/init/home-directory.js';
import { seedPath } from '../../services/cli/init/seed-path.js';
import { type Account, accountsOf, HUB_ACCOUNTS, type Role } from '../../services/shared/bus/accounts.js';
import { ONE_MACHINE } from '../../services/shared/bus/streams.js';
import { type Bus, connectAs, type ConnectionEvent } from '../../services/shared/bus/connect.js';
import type { Monitoring } from '../../services/shared/bus/monitoring.js';
import { type NatsServer, startNatsServer } from '../../services/shared/bus/nats-server.js';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../services/shared/runtime/home.js';
import type { FederationFacts } from '../../services/shared/trust/directory-source.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { untilFrozen } from './processes/freeze.js';
import { startNatsContainer } from './containers/nats-container.js';

/** A real nats-server in a freshly initialised temporary home. `await using` or `close()` ends and removes it. */
export interface Broker {
  readonly home: Home;
  readonly url: string;
  readonly orgs: readonly OrgId[];
  readonly accounts: readonly Account[];
  readonly monitoring: Monitoring;
  /**
   * `gateway`: give the organisation. `router`: an organisation's account, else CORE, WATCH or COMMAND. `tail`: scoped
   * to an organisation, else the hub's. `console`: WATCH, else COMMAND.
   */
  connect(role: Role, where?: string, onConnectionEvent?: (event: ConnectionEvent) => void): Promise<Bus>;
  /** Connects router `number` to an account. */
  connectRouter(number: number, account: string): Promise<Bus>;
  /** The nkey that `connect` uses, for a connection made another way. */
  seedOf(role: Role, where?: string): string;
  /** Messages in a stream, from the server's monitoring; undefined when it is not there. */
  count(account: string, stream: string): Promise<number | undefined>;
  /** Returns the created streams and consumers; with `afterLoss` also those that existed. */
  provision(options?: { afterLoss?: boolean; say?: (words: string) => void }): Promise<readonly string[]>;
  /** As `provision`, but returns created and existing ones separately. */
  provisionAnew(options?: { afterLoss?: boolean }): Promise<Provisioned>;
  /** Recreates streams that are missing while others of their account exist, as `up` does. */
  restore(): Promise<void>;
  /** Ends the server as a power cut would (SIGKILL), or gracefully (SIGTERM). */
  stop(how?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  start(): Promise<void>;
  /** Erases the disk of the broker, which must be stopped. */
  eraseData(): void;
  /** Copies the disk of the broker, which must be stopped; the returned function restores the copy. */
  copyData(): () => void;
  /** Freezes the server; resolves when it no longer answers. */
  freeze(): Promise<void>;
  thaw(): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts and provisions. `orgs` limits the federation to some of its members: fewer streams, a faster start. */
export async function startBroker(
  options: { readonly orgs?: readonly string[]; readonly now?: Date; readonly routers?: number } = {},
): Promise<Broker> {
  const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
  const facts = federationOf(options.orgs);
  const { now, routers = 1 } = options;
  const init = { facts, routers, ...(now === undefined ? {} : { now }) };
  const orgs = await initDemo(home, init);
  const accounts = accountsOf(orgs, { ...ONE_MACHINE, routers });
  const binary = await findServer(process.env, () => {});
  const launch = async (): Promise<NatsServer> => {
    if (process.env['LIAISON_TEST_BROKER'] === 'container') return startNatsContainer(home);
    const [conf, key] = [home.nats('nats.conf'), readSecret(home.nats('js.key'))];
    return startNatsServer({ binary, conf, key, pidFile: home.nats('nats.pid') });
  };
  // Another test may take the chosen ports before the server listens on them: in that case, tries once more.
  let server = await launch().catch(async () => {
    await initDemo(home, { ...init, force: true });
    return launch();
  });
  const orphaned = (): void => server.kill('SIGKILL');
  process.once('exit', orphaned);
  const open = new Set<Bus>();
  const stop = async (how: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> => {
    server.kill(how);
    await server.exited;
  };
  const close = async (): Promise<void> => {
    await Promise.all([...open].map((bus) => bus.close()));
    await stop('SIGKILL');
    process.off('exit', orphaned);
    rmSync(home.root, { recursive: true, force: true });
  };
  const provisionAnew = (
    more: { afterLoss?: boolean; lost?: ReadonlySet<string>; say?: (words: string) => void } = {},
  ) =>
    provisionHome(home, {
      run: { nats: server.url, monitor: server.monitoring.url, routers },
      say: () => undefined,
      ...more,
    });
  const provision = async (more?: Parameters<typeof provisionAnew>[0]): Promise<readonly string[]> => {
    const { made, there } = await provisionAnew(more);
    return [...made, ...there].toSorted();
  };
  const seedOf = (role: Role, where?: string): string => readSecret(placeOf(home, role, where));
  const connectWith = async (
    { role, seed }: { readonly role: Role; readonly seed: string },
    onConnectionEvent: (event: ConnectionEvent) => void = () => {},
  ): Promise<Bus> => {
    const bus = await connectAs({ servers: server.url, seed, role, name: `test-${role}`, onConnectionEvent });
    open.add(bus);
    return bus;
  };
  await provision();
  return {
    home,
    url: server.url,
    orgs,
    accounts,
    monitoring: server.monitoring,
    connect: (role, where, onConnectionEvent) =>
      connectWith({ role, seed: seedOf(role, where) }, onConnectionEvent),
    connectRouter: (number, account) => {
      const seed = readSecret(seedPath(home, account, { role: 'router', of: String(number) }));
      return connectWith({ role: 'router', seed });
    },
    seedOf,
    count: async (account, stream) => {
      const streams = await server.monitoring.streams();
      return streams.find((entry) => entry.account === account && entry.stream === stream)?.messages;
    },
    provision,
    provisionAnew,
    restore: async () => {
      await provisionAnew({ lost: (await findLost(home, server.monitoring)).again });
    },
    stop,
    start: async () => {
      server = await launch();
    },
    eraseData: () => {
      rmSync(home.nats('data'), { recursive: true, force: true });
      mkdirSync(home.nats('data'), { mode: 0o700 });
    },
    copyData: () => {
      const [data, copy] = [home.nats('data'), home.nats('copy')];
      cpSync(data, copy, { recursive: true });
      return () => {
        rmSync(data, { recursive: true, force: true });
        cpSync(copy, data, { recursive: true });
      };
    },
    freeze: async () => {
      server.kill('SIGSTOP');
      // Docker answers once its own processes have received the signal; there is no pid to inspect.
      if (server.pid !== 0) await untilFrozen(server.pid);
    },
    thaw: () => server.kill('SIGCONT'),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The demonstration federation, or some members of it. */
export function federationOf(orgs?: readonly string[]): FederationFacts {
  const all = readFederation();
  if (orgs === undefined) return all;
  const chosen = Object.entries(all.organisations).filter(([org]) => orgs.includes(org));
  const among = (others: readonly string[]): string[] => others.filter((other) => orgs.includes(other));
  const organisations = chosen.map(
    ([org, entry]) => [org, { ...entry, agreements: among(entry.agreements) }] as const,
  );
  return { ...all, organisations: Object.fromEntries(organisations) };
}

const HOME_OF_ROLE: Readonly<Record<Role, string>> = {
  provision: HUB_ACCOUNTS.core,
  gateway: '',
  router: HUB_ACCOUNTS.core,
  auditor: HUB_ACCOUNTS.core,
  console: HUB_ACCOUNTS.watch,
  operator: HUB_ACCOUNTS.command,
  tail: HUB_ACCOUNTS.watch,
};

function placeOf(home: Home, role: Role, where = HOME_OF_ROLE[role]): string {
  if (role !== 'tail') return seedPath(home, where, { role });
  return seedPath(home, HUB_ACCOUNTS.watch, where === HUB_ACCOUNTS.watch ? { role } : { role, of: where });
}
