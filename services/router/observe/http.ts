import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorFrom } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import { createHostRule, type OwnNames } from '../../shared/runtime/http-host.js';
import type { RoutedMembers } from '../../shared/wire/routed-members.js';
import type { ShownAdoption } from '../../shared/wire/shown-adoption.js';
import type { ShownReleases } from '../../shared/wire/shown-releases.js';
import type { Reason } from './gate.js';

/** The router's readiness. */
export interface ReadinessReport {
  readonly reasons: readonly Reason[];
  /** Digests of the policies in force, by set; empty while none are loaded. */
  readonly policies: Readonly<Record<string, string>>;
  /** The adopted bundle, and why the folder of policies is not adopted. */
  readonly adoption: ShownAdoption;
}

/** What the router's HTTP server shows. */
export interface RouterViews {
  readonly readiness: () => ReadinessReport;
  readonly members: () => RoutedMembers;
  /**
   * Returns the releases of the federation, which no gateway asks for; `statement` is as in a question about releases. Throws `usage`.
   * Absent where the folder of policies has the rules of all.
   */
  readonly releases?: ((statement: string | undefined) => ShownReleases) | undefined;
}

/** The router's HTTP server: `/healthz`, `/readyz`, `/members` and `/releases`, read-only. */
export interface Http {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the server; port 0 takes any free one. `views` is called for each request. */
export async function listen(
  { port, alarms, ...names }: OwnNames & { readonly port: number; readonly alarms: Alarms },
  views: () => RouterViews,
): Promise<Http> {
  const isOwnHost = createHostRule(names);
  const server = createServer((request, response) => {
    if (!isOwnHost(request.headers.host)) return void response.writeHead(403).end();
    const [status, body] = answer(request, views(), alarms);
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
  { method = '', url = '' }: IncomingMessage,
  { readiness, members, releases }: RouterViews,
  alarms: Pick<Alarms, 'list'>,
): readonly [number, unknown] {
  if (method !== 'GET') return [405, { code: 'usage' }];
  if (url === '/healthz') return [200, { alive: true }];
  if (url === '/members') return shown(() => ({ members: members() }));
  const [path, query = ''] = url.split('?', 2);
  if (path === '/releases' && releases !== undefined)
    return shown(() => releases(new URLSearchParams(query).get('statement') ?? undefined));
  if (url !== '/readyz') return [404, { code: 'not-found' }];
  const { reasons: why, policies, adoption } = readiness();
  const codes = [...new Set(why.map(({ code }) => code))];
  const ready = why.length === 0;
  const body = { ready, reasons: codes, details: why, alarms: alarms.list(), policies, adoption };
  return [ready ? 200 : 503, body];
}

/** Returns the answer with what `read` reads from the disk, or with the code of its failure. */
function shown(read: () => unknown): readonly [number, unknown] {
  try {
    return [200, read()];
  } catch (thrown) {
    const { code, family } = errorFrom(thrown);
    return [family === 'operational' ? 503 : 400, { code }];
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
