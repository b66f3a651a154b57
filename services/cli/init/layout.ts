import type { RunFile } from '../home/run-file.js';

/** The addresses of one nats-server of a cluster. */
export interface BrokerNode {
  /** Its host name, as in its certificate. */
  readonly name: string;
  /** `host:port` to listen on for clients, for the other servers, and for monitoring. */
  readonly listen: string;
  readonly cluster: string;
  readonly monitor: string;
  /** `host:port` where the other servers reach it. */
  readonly route: string;
}

/** The layout of a hub with a cluster and several routers. */
export interface Layout {
  readonly nodes: readonly BrokerNode[];
  readonly routers: number;
  readonly replicas: number;
  /** The run file of the federation, which `init` writes into the home. */
  readonly run: RunFile;
}
