import type { OrgId } from '../../shared/kernel/ids.js';
import type { BrokerNode, Layout } from '../init/layout.js';
import { gatewayName } from '../home/process-names.js';

/** The ports on which the services of `docker-compose.yml` listen inside their network. */
export const PORTS = { nats: 4222, cluster: 6222, monitor: 8222, http: 8080, metrics: 9100 } as const;

/** The host names of the nats-servers. */
export const NODES = ['nats-1', 'nats-2', 'nats-3'] as const;
/** The host names of the routers. */
export const ROUTERS = ['router-1', 'router-2'] as const;

/** The path of the start script in the container of a nats-server. */
export const NATS_SCRIPT = '/nats-server.sh';

/** Returns the second host name of a server, on the hub's network only, for its monitoring. */
export const monitorName = (node: string): string => `${node}-monitor`;
/** Returns the monitoring URL of a server. */
export const monitorUrl = (node: string): string => `http://${monitorName(node)}:${PORTS.monitor}`;

const http = (name: string): string => `http://${name}:${PORTS.http}`;

/** Returns the layout of the composed federation: three servers, two routers, each stream on all three servers. */
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
        monitoredProcesses(orgs).map((name) => [
          name === first ? 'router' : name,
          `http://${name}:${PORTS.metrics}/metrics`,
        ]),
      ),
      processes: {},
    },
  };
}

/** Returns the URLs of all servers, separated by commas: a client switches to the next when its server fails. */
export function natsUrls(): string {
  return NODES.map((name) => `tls://${name}:${PORTS.nats}`).join(',');
}

/** Returns the targets for Prometheus (`file_sd_configs`): the metrics address and the name of each process. */
export function composeTargets(orgs: readonly OrgId[]): readonly object[] {
  return monitoredProcesses(orgs).map((process) => ({
    targets: [`${process}:${PORTS.metrics}`],
    labels: { process, service: process.split('-')[0] },
  }));
}

const monitoredProcesses = (orgs: readonly OrgId[]): readonly string[] => [
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
