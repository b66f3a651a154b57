import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail } from '../kernel/errors.js';
import { createMeter, type Meter } from './meter.js';

/** Where a process is told to show its numbers: a listener of its own, never the one that people or local systems use. */
export interface MetricsConfig {
  readonly metricsHost: string;
  /** 0: a free one, told in the ready message. */
  readonly metricsPort: number;
}

/** The meter of a process, shown to whoever reaches its listener. */
export interface Metrics {
  readonly meter: Meter;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * `GET /metrics` for Prometheus and nothing else, on the loopback unless somebody says otherwise. No token: there is
 * nothing but sums behind it, and who can reach it is for the network to say. Throws `busy` when the port is taken.
 */
export async function startMetrics({ metricsHost, metricsPort }: MetricsConfig): Promise<Metrics> {
  const meter = createMeter();
  meter.process();
  const server = createServer((request, response) => {
    const isAsked = request.method === 'GET' && request.url === '/metrics';
    if (!isAsked) return void response.writeHead(404).end();
    meter.text().then(
      (body) => response.writeHead(200, { 'content-type': meter.contentType }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await listening(server, { metricsHost, metricsPort });
  const { port } = server.address() as AddressInfo;
  return {
    meter,
    url: `http://${metricsHost}:${port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { metricsHost, metricsPort }: MetricsConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        fail('busy', `metrics: \`${metricsHost}:${metricsPort}\` cannot be listened on: ${cause.code ?? ''}`),
      ),
    );
    server.listen(metricsPort, metricsHost, resolve);
  });
}
