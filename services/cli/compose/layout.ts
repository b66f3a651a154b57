import type { OrgId } from '../../shared/kernel/ids.js';
import type { BrokerNode, Layout } from '../init/layout.js';
import { gatewayName } from '../home/process-names.js';

/** What each service of `docker-compose.yml` listens on, inside its network. */
export const PORTS = { nats: 4222, cluster: 6222, monitor: 8222, http: 8080, metrics: 9100 } as const;

export const NODES = ['nats-1', 'nats-2', 'nats-3'] as const;
export const ROUTERS = ['router-1', 'router-2'] as const;

/** Where a server's container has the script that starts it. */
export const NATS_SCRIPT = '/nats-server.sh';

/** A second name of a server, on the hub's network alone: there it shows its monitoring. */
export const monitorName = (node: string): string => `${node}-monitor`;
export const monitorUrl = (node: string): string => `http://${monitorName(node)}:${PORTS.monitor}`;

const http = (name: string): string => `http://${name}:${PORTS.http}`;

/** The composed federation: three servers, two routers, every stream on all three. */
export function composeLayout(orgs: readonly OrgId[]): Layout {
  const [routers, replicas] = [ROUTERS.length, NODES.length];
  const [first, ...others] = ROUTERS;
  return {
    routers,
    replicas,
    nodes: NODES.map(nodeAt),
    run: {
      nats: natsUrls(),
      tls: true,
      routers,
      replicas,
      monitor: NODES.map(monitorUrl).join(','),
      auditor: http('auditor'),
      router: http(first),
      moreRouters: Object.fromEntries(others.map((name) => [name, http(name)])),
      console: http('console'),
      gateways: Object.fromEntries(orgs.map((org) => [org, http(gatewayName(org))])),
      metrics: Object.fromEntries(
        watchedOf(orgs).map((name) => [
          name === first ? 'router' : name,
          `http://${name}:${PORTS.metrics}/metrics`,
        ]),
      ),
      processes: {},
    },
  };
}

/** Every server: a client goes on to the next when its own is away. */
export function natsUrls(): string {
  return NODES.map((name) => `tls://${name}:${PORTS.nats}`).join(',');
}

/** For Prometheus (`file_sd_configs`): where each process shows its numbers, and which process it is. */
export function composeTargets(orgs: readonly OrgId[]): readonly object[] {
  return watchedOf(orgs).map((process) => ({
    targets: [`${process}:${PORTS.metrics}`],
    labels: { process, service: process.split('-')[0] },
  }));
}

const watchedOf = (orgs: readonly OrgId[]): readonly string[] => [
  'auditor',
  'console',
  ...ROUTERS,
  ...orgs.map(gatewayName),
];

function nodeAt(name: string): BrokerNode {
  return {
    name,
    listen: `0.0.0.0:${PORTS.nats}`,
    cluster: `0.0.0.0:${PORTS.cluster}`,
    monitor: `${monitorName(name)}:${PORTS.monitor}`,
    route: `${name}:${PORTS.cluster}`,
  };
}
