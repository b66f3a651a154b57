import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Alarms, RaisedAlarm } from '../../shared/runtime/alarms.js';
import { createHostRule, type OwnNames } from '../../shared/runtime/http-host.js';
import type { ShownAdoption } from '../../shared/wire/shown-adoption.js';
import type { Reason } from './gate.js';

/** The router's readiness. */
export interface ReadinessReport {
  readonly reasons: readonly Reason[];
  /** Digests of the policies in force, by set; empty while none are loaded. */
  readonly policies: Readonly<Record<string, string>>;
  /** The adopted bundle, and why the folder of policies is not adopted. */
  readonly adoption: ShownAdoption;
}

/** The router's HTTP server: `/healthz` and `/readyz`, read-only. */
export interface Http {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the server; port 0 takes any free one. `say` is called for each request to `/readyz`. */
export async function listen(
  { port, alarms, ...names }: OwnNames & { readonly port: number; readonly alarms: Alarms },
  say: () => ReadinessReport,
): Promise<Http> {
  const isOwnHost = createHostRule(names);
  const server = createServer((request, response) => {
    if (!isOwnHost(request.headers.host)) return void response.writeHead(403).end();
    const [status, body] = answer(request.method, request.url, () => ({ ...say(), alarms: alarms.list() }));
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, names.host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://${names.host}:${taken}`, close: () => closeServer(server) };
}

function answer(
  method = '',
  url = '',
  say: () => ReadinessReport & { readonly alarms: readonly RaisedAlarm[] },
): readonly [number, unknown] {
  if (method !== 'GET') return [405, { code: 'usage' }];
  if (url === '/healthz') return [200, { alive: true }];
  if (url !== '/readyz') return [404, { code: 'not-found' }];
  const { reasons: why, alarms, policies, adoption } = say();
  const codes = [...new Set(why.map(({ code }) => code))];
  const ready = why.length === 0;
  return [ready ? 200 : 503, { ready, reasons: codes, details: why, alarms, policies, adoption }];
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
