import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail } from '../kernel/errors.js';
import { createHostRule, type OwnNames } from './http-host.js';
import { createMeter, type Meter } from './meter.js';

/** Where a process serves its metrics: a listener of its own, apart from the one for people and local systems. */
export interface MetricsConfig extends Pick<OwnNames, 'hostNames'> {
  readonly metricsHost: string;
  /** 0 picks a free port, which the ready message names. */
  readonly metricsPort: number;
}

/** The meter of a process and the listener that serves it. */
export interface Metrics {
  readonly meter: Meter;
  readonly url: string;
  /** Serves the metrics of one part of the process at `/metrics/<name>`; `read` is called at each scrape. */
  readonly addPart: (name: string, read: () => Meter) => void;
  close(): Promise<void>;
}

/**
 * Serves `GET /metrics` and the metrics of parts for Prometheus and nothing else, on the loopback interface by default. It needs
 * no token, because it shows sums only; the network decides who reaches it. Throws `busy` when the port is taken.
 */
export async function startMetrics({ metricsHost, metricsPort, hostNames }: MetricsConfig): Promise<Metrics> {
  const isOwnHost = createHostRule({ host: metricsHost, hostNames });
  const meter = createMeter();
  meter.process();
  const pages = new Map<string | undefined, () => Meter>([['/metrics', () => meter]]);
  const server = createServer((request, response) => {
    if (!isOwnHost(request.headers.host)) return void response.writeHead(403).end();
    const page = request.method === 'GET' ? pages.get(request.url)?.() : undefined;
    if (page === undefined) return void response.writeHead(404).end();
    page.text().then(
      (body) => response.writeHead(200, { 'content-type': page.contentType }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await listening(server, { metricsHost, metricsPort });
  const { port } = server.address() as AddressInfo;
  return {
    meter,
    url: `http://${metricsHost}:${port}/metrics`,
    addPart: (name, read) => void pages.set(`/metrics/${name}`, read),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(
  server: Server,
  { metricsHost, metricsPort }: Omit<MetricsConfig, 'hostNames'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        fail('busy', `metrics: \`${metricsHost}:${metricsPort}\` cannot be listened on: ${cause.code ?? ''}`),
      ),
    );
    server.listen(metricsPort, metricsHost, resolve);
  });
}
