import type { FastifyInstance } from 'fastify';
import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseJti, parseNoticeId } from '../../shared/kernel/ids.js';
import { wholeNumber } from '../../shared/runtime/http-query.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import { streamReply, type Write } from '../../shared/runtime/http-stream-reply.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import type { Archive } from '../archive.js';
import { type ArchiveReader, createArchiveReader } from '../archive-reader.js';
import {
  createStatementReader,
  decisionsFor,
  type NoticeStatement,
  type Seen,
} from '../decisions/decisions.js';
import { type AuditorGuard, MAX_LIMIT, type NamedQuery, parseViewer } from './http-guard.js';
import { newestNotices, noticesNamed, type SeenNotices } from '../notices.js';

/** Ids and `viewer` are read by their parsers (`id-invalid`); parameters that a route does not know are ignored. */
const recordsQuery = { type: 'object', properties: { from: wholeNumber(1), limit: wholeNumber(MAX_LIMIT) } };
const noticesQuery = { type: 'object', properties: { limit: wholeNumber(100) } };

interface RecordsQuery {
  readonly from: string;
  readonly limit: string;
}

interface RecordName {
  /** The digest of its statement. */
  readonly digest: string;
}

interface NoticesQuery {
  readonly viewer?: unknown;
  readonly jti?: unknown;
  readonly after?: unknown;
  readonly limit: string;
}

/** Adds `GET /v1/records`, whole records by number, and `GET /v1/records/<digest>`. */
export function addRecordRoutes(app: FastifyInstance, guard: AuditorGuard, archive: Archive): void {
  // Without a HEAD route, as its request would never be answered.
  const route = { ...guard('records:read', recordsQuery), exposeHeadRoute: false };
  app.get<{ Querystring: RecordsQuery }>('/v1/records', route, (request, reply) => {
    const [from, limit] = [Number(request.query.from), Math.min(Number(request.query.limit), MAX_LIMIT)];
    const signal = signalOf(request);
    void streamReply(reply, { type: 'application/x-ndjson', signal }, (write) =>
      writeRecords(archive.read(from, limit), signal, write),
    );
  });
  const one = guard('records:read');
  app.get<{ Params: RecordName }>('/v1/records/:digest', one, async ({ params }, reply) => {
    for (const number of archive.numbersWith(params.digest))
      for await (const entry of archive.read(number, 1))
        return reply.type('application/x-ndjson').send(lineOf(entry));
    throw fail('not-found', 'no such record');
  });
}

/** Adds `GET /v1/decisions` and `GET /v1/notices`: what a viewer may see of the decisions on notices. */
export function addDecisionRoutes(app: FastifyInstance, guard: AuditorGuard, archive: Archive): void {
  app.get<{ Querystring: NamedQuery }>('/v1/decisions', guard('decisions:read'), async (request) => ({
    id: request.query.id,
    records: await lookUp(createArchiveReader(archive, signalOf(request)), request.query),
  }));
  const notices = guard('decisions:read', noticesQuery);
  app.get<{ Querystring: NoticesQuery }>('/v1/notices', notices, (request) =>
    lookUpNotices(archive, createArchiveReader(archive, signalOf(request)), request.query),
  );
}

async function writeRecords(
  entries: AsyncIterable<KeptEntry>,
  signal: AbortSignal,
  write: Write,
): Promise<void> {
  for await (const entry of entries) {
    signal.throwIfAborted();
    await write(lineOf(entry));
  }
}

function lineOf({ bytes, ...entry }: KeptEntry): string {
  return `${JSON.stringify({ ...entry, record: encodeBase64url(bytes) })}\n`;
}

/** Answers the same for an unknown notice, a notice that the viewer may not see, and a missing viewer. */
async function lookUp(reader: ArchiveReader, { viewer, id }: NamedQuery): Promise<readonly Seen[]> {
  const notice = parseNoticeId(id);
  const who = viewer === undefined ? undefined : parseViewer(viewer);
  const statements: NoticeStatement[] = [];
  const read = createStatementReader(notice);
  for await (const entry of reader.about(notice)) statements.push(...read(entry));
  const seen = who === undefined ? [] : decisionsFor(who, statements);
  if (seen.length === 0) throw fail('not-found', 'no such notice');
  return seen;
}

/** Answers the notices of a `jti`, or the newest ones. Empty without a viewer. */
async function lookUpNotices(
  archive: Archive,
  reader: ArchiveReader,
  { viewer, jti, after, limit }: NoticesQuery,
): Promise<SeenNotices> {
  if (viewer === undefined) return { notices: [], next: null };
  const who = parseViewer(viewer);
  if (jti !== undefined) return { notices: await noticesNamed(reader, who, parseJti(jti)), next: null };
  return newestNotices(archive, reader, {
    viewer: who,
    limit: Math.min(Number(limit), MAX_LIMIT),
    after: after === undefined ? undefined : parseJti(after),
  });
}
