import type { RunFile } from '../home/run-file.js';

/** One nats-server of a cluster, as the others and as clients find it. */
export interface BrokerNode {
  /** In its certificate: what clients and the other servers call. */
  readonly name: string;
  /** `host:port` for clients, for the other servers, and for monitoring; what each listens on. */
  readonly listen: string;
  readonly cluster: string;
  readonly monitor: string;
  /** `host:port` where the other servers reach it. */
  readonly route: string;
}

/** How a hub is laid out that is more than one machine: a cluster, several routers, and where everything is. */
export interface Layout {
  readonly nodes: readonly BrokerNode[];
  readonly routers: number;
  readonly replicas: number;
  /** Written into the home, where the command line finds it. */
  readonly run: RunFile;
}
