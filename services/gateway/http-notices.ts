import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../shared/kernel/errors.js';
import { parseNoticeId } from '../shared/kernel/ids.js';
import { parseStrictJson } from '../shared/kernel/strict-json.js';
import type { InboxPage } from '../shared/store/gateway-inbox.js';
import type { Idempotency, OwnPage } from '../shared/store/gateway-own.js';
import type { GatewayStore } from '../shared/store/gateway-store.js';
import { digest } from '../shared/trust/digest.js';
import { callerOf, type Guard } from './http-guard.js';
import { answers, DRAFT } from './http-answers.js';
import type { Intake } from './http-intake.js';
import {
  accepted,
  draftBody,
  noQuery,
  ownQuery,
  page,
  type Paging,
  preview,
  reportsQuery,
  submitHeaders,
} from './http-schemas.js';
import type { Outbox } from './outbox.js';
import type { Preview } from './preview.js';
import type { Search } from './search.js';
import type { GatewayTracing } from './tracing.js';
import { viewOwn, viewOwnFully } from './view-own.js';

export interface NoticesDeps {
  readonly guard: Guard;
  readonly intake: Intake;
  readonly store: GatewayStore;
  readonly outbox: Outbox;
  readonly search: Search;
  readonly preview: Preview;
  readonly tracing: GatewayTracing;
}

interface OwnQuery extends Paging {
  readonly kind?: string;
  readonly state?: string;
  readonly text?: string;
}

const security = [{ bearer: [] }];

/** Own notices: submit, find, follow, preview. */
export function addNotices(app: FastifyInstance, deps: NoticesDeps): void {
  addSubmit(app, deps);
  addFinding(app, deps);
  addReading(app, deps);
  addReports(app, deps);
  const schema = {
    summary: 'Who would see what of a draft',
    tags: ['notices'],
    security,
    body: draftBody,
    response: answers(
      {
        status: 200,
        description: 'header of the draft, and the outcome for each organisation',
        schema: preview,
      },
      [...DRAFT, 'rate-limited', 'timed-out', 'unreachable', 'full'],
    ),
  };
  app.post('/v1/preview', { schema, onRequest: [deps.guard('preview'), deps.intake] }, ({ body }) =>
    deps.preview(parseStrictJson(bytesOf(body))),
  );
}

function addSubmit(app: FastifyInstance, deps: NoticesDeps): void {
  const { guard, intake, outbox, tracing } = deps;
  const schema = {
    summary: 'Submit a notice',
    description:
      'Signed and on the disk when answered. `Idempotency-Key`: the same request again is the same notice.',
    tags: ['notices'],
    security,
    headers: submitHeaders,
    body: draftBody,
    response: answers({ status: 202, description: 'accepted', schema: accepted }, [
      ...DRAFT,
      'usage',
      'idempotency-conflict',
      'full',
    ]),
  };
  app.post(
    '/v1/notices',
    { schema, onRequest: [guard('notice:write'), intake] },
    async (request, reply): Promise<FastifyReply> => {
      const bytes = bytesOf(request.body);
      const { id, revision, state } = await tracing.submit(request.headers['traceparent'], async () =>
        outbox.submit(parseStrictJson(bytes), keyOf(request, bytes)),
      );
      const href = `/v1/notices/${id}`;
      return reply.code(202).header('location', href).send({ id, revision, state, href });
    },
  );
}

function addFinding(app: FastifyInstance, { guard, search }: NoticesDeps): void {
  app.get<{ Querystring: OwnQuery }>(
    '/v1/notices',
    {
      schema: {
        summary: 'Find own notices',
        tags: ['notices'],
        security,
        querystring: ownQuery,
        response: answers({ status: 200, description: 'newest first', schema: page }, ['usage']),
      },
      onRequest: guard('notice:read'),
    },
    async ({ query }) => {
      const found = await search.own(query);
      return { items: found.rows.map(viewOwn), next: nextOf(found) };
    },
  );
}

function addReading(app: FastifyInstance, { guard, store }: NoticesDeps): void {
  app.get<{ Params: { id: string } }>(
    '/v1/notices/:id',
    {
      schema: {
        summary: 'What became of a notice',
        tags: ['notices'],
        security,
        querystring: noQuery,
        response: answers({ status: 200, description: 'report, status and receipts, merged' }, [
          'usage',
          'not-found',
        ]),
      },
      onRequest: guard('notice:read'),
    },
    async ({ params }) => {
      const own = isNoticeId(params.id) ? store.own.find(params.id) : undefined;
      if (own === undefined) throw fail('not-found', 'no such notice');
      return viewOwnFully(store, own);
    },
  );
}

/** For whoever follows many: a request for each would cost more than the notices do. */
function addReports(app: FastifyInstance, { guard, store }: NoticesDeps): void {
  const schema = {
    summary: 'What became of several notices',
    description: 'Each as `/v1/notices/{id}` shows it, in the order asked; an unknown one is left out.',
    tags: ['notices'],
    security,
    querystring: reportsQuery,
    response: answers({ status: 200, description: 'report, status and receipts of each', schema: page }, [
      'usage',
    ]),
  };
  app.get<{ Querystring: { ids: string } }>(
    '/v1/reports',
    { schema, onRequest: guard('notice:read') },
    async ({ query }) => {
      const found = query.ids.split(',').map((id) => (isNoticeId(id) ? store.own.find(id) : undefined));
      const owns = found.filter((own) => own !== undefined);
      return { items: owns.map((own) => viewOwnFully(store, own)), next: null };
    },
  );
}

/** Where the page after begins; null after the last. */
export function nextOf({ rows, more }: OwnPage | InboxPage): number | null {
  return more ? (rows.at(-1)?.seq ?? null) : null;
}

/** An id outside the grammar is answered like one that is not there. */
export function isNoticeId(id: string): boolean {
  try {
    parseNoticeId(id);
    return true;
  } catch {
    return false;
  }
}

/** The exact bytes: JSON is parsed strictly, and an idempotent request is recognised by them. */
function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  throw fail('json-malformed', 'expected a body of type `application/json`');
}

function keyOf(request: FastifyRequest, bytes: Uint8Array): Idempotency | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw fail('usage', '`Idempotency-Key` is 1 to 255 printable characters');
  }
  return { caller: callerOf(request), key, body: digest(bytes) };
}
