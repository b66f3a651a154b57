import type { Home } from '../../shared/runtime/home.js';
import { type ForkedProcess, forkProcess } from './fork-process.js';
import type { Ports } from './ports.js';
import type { ProcessGroup } from './process-group.js';
import type { Supervised } from './supervise.js';

/** Returns the name under which `ports.json` keeps the port of a process's metrics. */
export const metricsName = (process: string): string => `metrics-${process}`;

/** Returns the URL of a port of this machine. */
export const localUrl = (port: number | undefined): string => `http://127.0.0.1:${port}`;

interface StartServiceDeps {
  readonly home: Home;
  /** The broker. */
  readonly nats: string;
  readonly ports: Ports;
}

/** Returns a function that starts a service of this build on its ports, and restarts it when it ends. */
export function createStartService(processGroup: ProcessGroup, { home, nats, ports }: StartServiceDeps) {
  return (
    name: string,
    service: ForkedProcess['service'],
    more: ForkedProcess['settings'] = {},
  ): Supervised => {
    const [PORT = 0, METRICS_PORT = 0] = [ports[name], ports[metricsName(name)]];
    const settings = { HOME: home.root, NATS_URL: nats, NATS_TLS: '', PORT, METRICS_PORT, ...more };
    return processGroup.start(name, () =>
      Promise.resolve(forkProcess({ service, settings, log: home.log(name) })),
    );
  };
}
