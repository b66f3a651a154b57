import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePorts } from '../../services/cli/init/free-ports.js';
import { initDemo } from '../../services/cli/init/init-demo.js';
import type { BrokerNode, Layout } from '../../services/cli/init/layout.js';
import { provisionHome } from '../../services/cli/init/provision-home.js';
import { findServer } from '../../services/cli/up/nats-process.js';
import type { Role } from '../../services/shared/bus/accounts.js';
import { type Bus, connectAs } from '../../services/shared/bus/connect.js';
import { type NatsServer, startNatsServer } from '../../services/shared/bus/nats-server.js';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../services/shared/runtime/home.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { federationOf } from './broker.js';

/** Three nats-servers with certificates on the loopback interface: a cluster without Docker. */
export interface Cluster {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
  readonly layout: Layout;
  server(name: string): NatsServer;
  provision(more?: { readonly afterLoss: boolean }): Promise<readonly string[]>;
  start(name: string): Promise<void>;
  /** As the holder of an nkey; the certificate is the one beside it, or in `tls`. */
  connect(role: Role, seedFile: string, tls?: string): Promise<Bus>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startCluster(members: readonly string[]): Promise<Cluster> {
  const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-cluster-')));
  const facts = federationOf(members);
  const layout = await loopbackLayout(['nats-1', 'nats-2', 'nats-3']);
  const orgs = await initDemo(home, { facts, layout });
  const binary = await findServer(process.env, () => {});
  const servers = new Map<string, NatsServer>();
  const start = async (name: string): Promise<void> => {
    const conf = home.nats(name, 'nats.conf');
    servers.set(name, await startNatsServer({ binary, conf, pidFile: home.nats(name, 'nats.pid') }));
  };
  const open = new Set<Bus>();
  const server = (name: string): NatsServer => {
    const found = servers.get(name);
    if (found === undefined) throw new Error(`no server ${name}`);
    return found;
  };
  await Promise.all(layout.nodes.map(({ name }) => start(name)));
  return {
    home,
    orgs,
    layout,
    server,
    start,
    provision: async ({ afterLoss } = { afterLoss: false }) => {
      const { made, there } = await provisionHome(home, {
        run: layout.run,
        afterLoss,
        say: () => undefined,
      });
      return [...made, ...there].toSorted();
    },
    connect: async (role, seedFile, tls = join(dirname(seedFile), 'tls')) => {
      const seed = readSecret(seedFile);
      const bus = await connectAs({ servers: layout.run.nats, tls, seed, role, name: `test-${role}` });
      open.add(bus);
      return bus;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open].map((bus) => bus.close()));
      for (const one of servers.values()) {
        one.kill('SIGKILL');
        await one.exited;
      }
      rmSync(home.root, { recursive: true, force: true });
    },
  };
}

async function loopbackLayout(names: readonly string[]): Promise<Layout> {
  const ports = await freePorts(names.length * 3);
  const nodes = names.map((name, index): BrokerNode => {
    const [client, cluster, monitor] = ports.slice(index * 3);
    return {
      name,
      listen: `127.0.0.1:${client}`,
      cluster: `127.0.0.1:${cluster}`,
      monitor: `127.0.0.1:${monitor}`,
      route: `localhost:${cluster}`,
    };
  });
  const run = {
    nats: nodes.map(({ listen }) => `tls://${listen.replace('127.0.0.1', 'localhost')}`).join(','),
    tls: true,
    routers: 2,
    replicas: 3,
    monitor: nodes.map(({ monitor }) => `http://${monitor}`).join(','),
    auditor: '',
    router: '',
    gateways: {},
    metrics: {},
    processes: {},
  };
  return { nodes, routers: 2, replicas: 3, run };
}
