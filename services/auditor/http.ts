import { Readable } from 'node:stream';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { encodeBase64url } from '../shared/kernel/base64url.js';
import { fail } from '../shared/kernel/errors.js';
import { parseNoticeId, parseOrgId } from '../shared/kernel/ids.js';
import type { Archive, KeptEntry } from './archive.js';
import { authorise, type Caller } from '../shared/trust/callers.js';
import { decisionsFor, type Seen, type Viewer } from './decisions.js';
import { sendProblem } from './http-problem.js';

interface HttpDeps {
  readonly archive: Archive;
  readonly callers: readonly Caller[];
  /** Codes that say why not; empty when ready. */
  readonly reasons: () => readonly string[];
}

/** `records:read`: whole records, for the router and the federation's auditor. `decisions:read`: a viewer's share. */
type Scope = 'records:read' | 'decisions:read';

type Query = Readonly<Record<string, unknown>>;

const MOST = 10_000;

/** The auditor's read-only HTTP: whole records by number, and what a viewer may see of a notice. */
export function createHttp({ archive, callers, reasons }: HttpDeps): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true });
  const guard = (scope: Scope) => ({
    preHandler: async ({ headers }: FastifyRequest): Promise<void> => {
      authorise(callers, headers.authorization, scope);
    },
  });
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error));
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, fail('not-found', 'no such resource')));
  app.get('/healthz', async () => ({ alive: true }));
  app.get('/readyz', async (_request, reply) => {
    const why = reasons();
    return reply.code(why.length === 0 ? 200 : 503).send({ ready: why.length === 0, reasons: why });
  });
  app.get<{ Querystring: Query }>('/v1/records', guard('records:read'), async ({ query }, reply) => {
    const [from, limit] = [number(query, 'from', 1), Math.min(number(query, 'limit', 1000), MOST)];
    const lines = linesOf(archive.read(from, limit));
    return reply.type('application/x-ndjson').send(Readable.from(lines));
  });
  app.get<{ Querystring: Query }>('/v1/decisions', guard('decisions:read'), async ({ query }) => ({
    id: query['id'],
    records: await lookUp(archive, query),
  }));
  return app;
}

async function* linesOf(entries: AsyncIterable<KeptEntry>): AsyncGenerator<string> {
  for await (const { bytes, ...entry } of entries) {
    yield `${JSON.stringify({ ...entry, record: encodeBase64url(bytes) })}\n`;
  }
}

/** A notice that is not there and one that the viewer may not know of answer alike; so does no viewer at all. */
async function lookUp(archive: Archive, { viewer, id }: Query): Promise<readonly Seen[]> {
  const notice = parseNoticeId(id);
  const entries: KeptEntry[] = [];
  for await (const entry of archive.about(notice)) entries.push(entry);
  const seen = viewer === undefined ? [] : decisionsFor(parseViewer(viewer), notice, entries);
  if (seen.length === 0) throw fail('not-found', 'no such notice');
  return seen;
}

function parseViewer(value: unknown): Viewer {
  return value === 'federation' ? value : parseOrgId(value);
}

function number(query: Query, name: string, fallback: number): number {
  const value = query[name] ?? String(fallback);
  if (typeof value === 'string' && /^[1-9][0-9]{0,14}$/.test(value)) return Number(value);
  throw fail('usage', `\`${name}\` is a whole number from 1`);
}
