import type { Home } from '../../shared/runtime/home.js';
import { brokerConnection, type RunFile } from '../home/run-file.js';
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
  /** The broker, as in the run file. */
  readonly broker: Pick<RunFile, 'nats' | 'tls'>;
  readonly ports: Ports;
  /** How many organisations each process serves. */
  readonly organisations: number;
  /** Settings of a service beside its own, which take precedence; none by default. */
  readonly defaults?: (service: ForkedProcess['service']) => ForkedProcess['settings'];
}

interface ServiceToStart extends Pick<ForkedProcess, 'service'> {
  /** The folder of its keys. */
  readonly keys: string;
}

/** Returns a function that starts a service of this build on its ports, and restarts it when it ends. */
export function createStartService(
  processGroup: ProcessGroup,
  { home, broker, ports, organisations, defaults = () => ({}) }: StartServiceDeps,
) {
  return (
    name: string,
    { service, keys }: ServiceToStart,
    more: ForkedProcess['settings'] = {},
  ): Supervised => {
    const [PORT = 0, METRICS_PORT = 0] = [ports[name], ports[metricsName(name)]];
    const { servers: NATS_URL, tls: NATS_TLS = '' } = brokerConnection(broker, keys);
    const own = { HOME: home.root, NATS_URL, NATS_TLS, PORT, METRICS_PORT, ...more };
    const settings = { ...defaults(service), ...own };
    return processGroup.start(name, () =>
      Promise.resolve(forkProcess({ service, settings, organisations, log: home.log(name) })),
    );
  };
}
