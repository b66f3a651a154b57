import type { FastifyInstance, FastifyReply } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseNoticeId } from '../../shared/kernel/ids.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { InboxPage } from '../../shared/store/gateway/gateway-inbox.js';
import type { OwnPage } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { bytesOf, idempotencyOf } from './http-body.js';
import type { IntakeGuard } from './http-body-limit.js';
import { type Guard, hasScope } from './http-guard.js';
import { examples } from './openapi/examples.js';
import { ref } from './openapi/notice-components.js';
import { DRAFT, NOT_A_MEMBER, SIGNING, operation } from './openapi/operation.js';
import {
  draftBody,
  ownParams,
  ownQuery,
  previewQuery,
  type Paging,
  reportsQuery,
  submitHeaders,
} from './openapi/parameters.js';
import type { Identity } from '../identity.js';
import { viewOwnLife } from '../life/view-own-life.js';
import type { Outbox } from '../outbound/outbox.js';
import type { Preview } from '../outbound/preview.js';
import type { Search } from './search.js';
import type { GatewayTracing } from '../tracing.js';
import { ownSectionsOf, viewOwn, viewOwnFully } from './view-own.js';

/** What the routes of own notices use. */
export interface NoticesDeps {
  readonly guard: Guard;
  readonly intake: IntakeGuard;
  readonly identity: Identity;
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
  readonly breakGlass?: 'used' | 'unreviewed';
}

/** Adds the routes of own notices: submit, find, follow, preview. */
export function addNotices(app: FastifyInstance, deps: NoticesDeps): void {
  addSubmit(app, deps);
  addFinding(app, deps);
  addReading(app, deps);
  addReports(app, deps);
  addPreview(app, deps);
}

function addSubmit(app: FastifyInstance, { guard, intake, outbox, tracing }: NoticesDeps): void {
  const schema = operation({
    id: 'submitNotice',
    scope: 'notice:write',
    tag: 'notices',
    summary: 'Submit a notice',
    description:
      'The notice is signed and on the disk when the answer is sent. With an `Idempotency-Key` a repeated request gives the same notice, with the state it has by then.',
    takes: { headers: submitHeaders, body: draftBody },
    good: {
      status: 202,
      description: 'accepted: the gateway keeps it until every recipient has receipted it',
      schema: ref('accepted'),
      example: examples.accepted,
      headers: { location: { type: 'string', description: 'where its report is' } },
    },
    codes: [...DRAFT, 'usage', 'idempotency-conflict', 'full', ...SIGNING],
  });
  app.post(
    '/v1/notices',
    { schema, onRequest: [guard('notice:write'), intake] },
    async (request, reply): Promise<FastifyReply> => {
      const bytes = bytesOf(request.body);
      const { id, revision, state } = await tracing.submit(request.headers['traceparent'], async (onKept) =>
        outbox.submit(parseStrictJson(bytes), { idempotency: idempotencyOf(request, bytes), onKept }),
      );
      const href = `/v1/notices/${id}`;
      return reply.code(202).header('location', href).send({ id, revision, state, href });
    },
  );
}

function addFinding(app: FastifyInstance, { guard, search, store }: NoticesDeps): void {
  const schema = operation({
    id: 'findOwnNotices',
    scope: 'notice:read',
    tag: 'notices',
    summary: 'Find own notices',
    description:
      'By kind, state, break-glass and words, newest first. Words are looked for in headers, and in sections too if the token has the scope `notice:content`.',
    takes: { querystring: ownQuery },
    good: { status: 200, description: 'a page', schema: ref('own-page'), example: examples.ownPage },
    codes: ['usage'],
  });
  app.get<{ Querystring: OwnQuery }>(
    '/v1/notices',
    { schema, onRequest: guard('notice:read') },
    async (request) => {
      const within = hasScope(request, 'notice:content') ? 'content' : 'header';
      const found = await search.own({ ...request.query, within });
      return { items: found.rows.map((own) => viewOwn(store, own)), next: nextOf(found) };
    },
  );
}

function addReading(app: FastifyInstance, { guard, identity, store }: NoticesDeps): void {
  const schema = operation({
    id: 'showOwnNotice',
    scope: 'notice:read',
    tag: 'notices',
    summary: 'An own notice with its report and content',
    description:
      'The hub’s signed report, later narrowings, deliveries that are parked or deferred, and the receipts of the recipients, merged. With the scope `notice:content` also the sections as they were submitted, until the notice ends. `life` has its revisions, the actions on it with the signed answer of each holder, and its end. Deleted 30 days after its `expiresAt`.',
    takes: { params: ownParams, querystring: noQuery },
    good: {
      status: 200,
      description: 'the notice with an entry for each recipient; none before the report',
      schema: ref('shown-notice'),
      example: examples.shown,
    },
    codes: ['usage', 'not-found'],
  });
  app.get<{ Params: { id: string } }>(
    '/v1/notices/:id',
    { schema, onRequest: guard('notice:read') },
    async (request) => {
      const { id } = request.params;
      const own = isNoticeId(id) ? store.own.find(id) : undefined;
      if (own === undefined) throw fail('not-found', 'no such notice');
      const content = hasScope(request, 'notice:content') ? { sections: ownSectionsOf(store, own) } : {};
      const life = viewOwnLife(store, own.id, identity);
      return { ...viewOwnFully(store, own, identity), life, ...content };
    },
  );
}

/** Adds one route for several reports, for callers that follow many notices. */
function addReports(app: FastifyInstance, { guard, identity, store }: NoticesDeps): void {
  const schema = operation({
    id: 'showOwnNotices',
    scope: 'notice:read',
    tag: 'notices',
    summary: 'Several own notices with their reports',
    description:
      'Each as `/v1/notices/{id}` shows it, without sections, in the order of `ids`; unknown ids are left out.',
    takes: { querystring: reportsQuery },
    good: { status: 200, description: 'all of them', schema: ref('reports'), example: examples.reports },
    codes: ['usage'],
  });
  app.get<{ Querystring: { ids: string } }>(
    '/v1/reports',
    { schema, onRequest: guard('notice:read') },
    async ({ query }) => {
      const found = query.ids.split(',').map((id) => (isNoticeId(id) ? store.own.find(id) : undefined));
      const owns = found.filter((own) => own !== undefined);
      return { items: owns.map((own) => viewOwnFully(store, own, identity)), next: null };
    },
  );
}

function addPreview(app: FastifyInstance, { guard, intake, preview, store }: NoticesDeps): void {
  const schema = operation({
    id: 'previewNotice',
    scope: 'preview',
    tag: 'notices',
    summary: 'Who would see what of a draft',
    description:
      'By the hub’s current policies. The header, the routing and the names of the sections are sent to the hub; nothing is kept. With `notice` the draft is the next revision of that own notice, and restrictions by the originator count.',
    takes: { body: draftBody, querystring: previewQuery },
    good: {
      status: 200,
      description: 'header of the draft, and the outcome for each organisation',
      schema: ref('preview'),
      example: examples.preview,
    },
    codes: [...DRAFT, ...NOT_A_MEMBER, 'not-found', 'rate-limited', 'timed-out', 'unreachable', 'full'],
  });
  app.post<{ Querystring: { readonly notice?: string } }>(
    '/v1/preview',
    { schema, onRequest: [guard('preview'), intake] },
    ({ body, query: { notice } }) => {
      const isOwn = notice === undefined || (isNoticeId(notice) && store.own.find(notice) !== undefined);
      if (!isOwn) throw fail('not-found', 'no such notice');
      return preview(
        parseStrictJson(bytesOf(body)),
        notice === undefined ? undefined : parseNoticeId(notice),
      );
    },
  );
}

/** `before` of the next page; null on the last one. */
export function nextOf({ rows, more }: OwnPage | InboxPage): number | null {
  return more ? (rows.at(-1)?.seq ?? null) : null;
}

/** True for an id in the grammar; any other is answered like an unknown one. */
export function isNoticeId(id: string): boolean {
  try {
    parseNoticeId(id);
    return true;
  } catch {
    return false;
  }
}
