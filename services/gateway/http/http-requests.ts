import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { SECTIONS } from '../../shared/notice/kinds.js';
import { foreignCursor, noQuery } from '../../shared/runtime/http-query.js';
import type { AskedRow } from '../../shared/store/gateway/gateway-asked.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ActionOrder } from '../life/action-order.js';
import type { Actions } from '../life/actions.js';
import { parseDecline, requireEmptyOrder } from '../life/parse-order.js';
import { createSectionRequests, type SectionRequests } from '../life/requests.js';
import { viewItem } from '../life/view-item.js';
import type { Identity } from '../identity.js';
import type { Signing } from '../signing.js';
import { bytesOf, idempotencyOf } from './http-body.js';
import type { IntakeGuard } from './http-body-limit.js';
import type { Guard } from './http-guard.js';
import { actionBody, askingBody, ORDER } from './openapi/action-components.js';
import { actionExamples } from './openapi/action-examples.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import {
  actionHeaders,
  heldParams,
  type OldestFirst,
  oldestFirstQuery,
  requestParams,
} from './openapi/parameters.js';
import { createInboxView } from './view-inbox.js';

/** What the routes of requests for sections use. */
export interface RequestsRouteDeps {
  readonly guard: Guard;
  readonly intake: IntakeGuard;
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly signing: Signing;
  readonly actions: Actions;
  /** An item waits to be sent. */
  readonly notifyReframed: () => void;
}

/** Adds the routes by which a holder asks for a section, and its originator answers. */
export function addRequests(app: FastifyInstance, deps: RequestsRouteDeps): void {
  const requests = createSectionRequests({
    ...deps,
    advertised: (held) => createInboxView()(held).withheld as readonly string[],
    onQueued: deps.notifyReframed,
  });
  addAsk(app, deps, requests);
  addAsked(app, deps);
  addGrant(app, deps);
  addDecline(app, deps);
}

function addAsk(app: FastifyInstance, { guard, intake }: RequestsRouteDeps, requests: SectionRequests): void {
  const schema = operation({
    id: 'requestSection',
    scope: 'inbox:request',
    tag: 'inbox',
    summary: 'Ask the originator for a withheld section',
    description:
      'Only for a section in `withheld` of the held notice, and once until the originator answers with an unseal or a decline.',
    takes: { headers: actionHeaders, params: heldParams, querystring: noQuery, body: askingBody },
    good: { status: 202, description: 'accepted', schema: ref('action'), example: actionExamples.request },
    codes: [...ORDER.filter((code) => code !== 'notice-ended'), 'not-withheld', 'request-open'],
  });
  app.post<{ Params: { originator: string; id: string } }>(
    '/v1/inbox/:originator/:id/requests',
    { schema, onRequest: [guard('inbox:request'), intake] },
    async (request, reply): Promise<FastifyReply> => {
      const bytes = bytesOf(request.body);
      const row = await requests.ask(request.params, parseStrictJson(bytes), idempotencyOf(request, bytes));
      return reply.code(202).send(viewItem(row));
    },
  );
}

function addAsked(app: FastifyInstance, { guard, store }: RequestsRouteDeps): void {
  const schema = operation({
    id: 'findRequests',
    scope: 'notice:read',
    tag: 'life',
    summary: 'Requests of holders that wait for an answer',
    description: 'For sections of own notices, oldest first.',
    takes: { querystring: oldestFirstQuery },
    good: {
      status: 200,
      description: 'a page',
      schema: ref('requests'),
      example: actionExamples.requests,
    },
    codes: ['usage'],
  });
  app.get<{ Querystring: OldestFirst }>(
    '/v1/requests',
    { schema, onRequest: guard('notice:read') },
    async ({ query: { limit, after } }) => {
      const rows = store.asked.open({ after: parsePlace(after), limit: limit + 1 });
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      const next = last === undefined ? null : `${last.at}.${last.jti}`;
      return { items: rows.slice(0, limit).map(viewAsked), next };
    },
  );
}

/** Reads a `next`. Throws `usage`. */
function parsePlace(text = '0.'): { readonly at: number; readonly jti: string } {
  const [at, jti, ...more] = text.split('.');
  if (jti !== undefined && more.length === 0 && Number.isSafeInteger(Number(at)))
    return { at: Number(at), jti };
  throw foreignCursor();
}

function viewAsked({ jti, id, org, section, purpose, at, item }: AskedRow) {
  return {
    jti,
    id,
    org,
    section,
    purpose,
    receivedAt: new Date(at).toISOString(),
    state: item === null ? 'open' : 'answered',
  };
}

type RequestRoute = { Params: { jti: string } };

function addGrant(app: FastifyInstance, deps: RequestsRouteDeps): void {
  const schema = operation({
    id: 'grantRequest',
    scope: 'notice:write',
    tag: 'life',
    summary: 'Grant a request: unseal its section to the holder that asked',
    description: 'Signs an unseal. A request is answered once.',
    takes: {
      headers: actionHeaders,
      params: requestParams,
      querystring: noQuery,
      body: actionBody('resume'),
    },
    good: { status: 202, description: 'accepted', schema: ref('action'), example: actionExamples.unseal },
    codes: [...ORDER, 'content-lost', 'too-many-actions', 'not-withheld', 'request-answered'],
  });
  app.post<RequestRoute>(
    '/v1/requests/:jti/grant',
    { schema, onRequest: [deps.guard('notice:write'), deps.intake] },
    async (request, reply): Promise<FastifyReply> => {
      requireEmptyOrder(parseStrictJson(bytesOf(request.body)));
      const asked = requireAsked(deps, request);
      const section = SECTIONS.find((one) => one === asked.section);
      if (section === undefined) throw fail('not-found', 'no such request');
      const { jti } = asked;
      return answer(deps, {
        request,
        reply,
        asked,
        order: { verb: 'unseal', to: parseOrgId(asked.org), section, jti },
      });
    },
  );
}

function addDecline(app: FastifyInstance, deps: RequestsRouteDeps): void {
  const schema = operation({
    id: 'declineRequest',
    scope: 'notice:write',
    tag: 'life',
    summary: 'Decline a request of a holder',
    description: 'The holder gets the reason. A request is answered once.',
    takes: {
      headers: actionHeaders,
      params: requestParams,
      querystring: noQuery,
      body: actionBody('decline'),
    },
    good: { status: 202, description: 'accepted', schema: ref('action'), example: actionExamples.decline },
    codes: [...ORDER, 'too-many-actions', 'request-answered'],
  });
  app.post<RequestRoute>(
    '/v1/requests/:jti/decline',
    { schema, onRequest: [deps.guard('notice:write'), deps.intake] },
    async (request, reply): Promise<FastifyReply> => {
      const asked = requireAsked(deps, request);
      const order = parseDecline(asked.jti, parseStrictJson(bytesOf(request.body)));
      return answer(deps, { request, reply, asked, order });
    },
  );
}

function requireAsked({ store }: RequestsRouteDeps, { params }: FastifyRequest<RequestRoute>): AskedRow {
  const asked = store.asked.find(params.jti);
  if (asked !== undefined) return asked;
  throw fail('not-found', 'no such request');
}

interface AnswerParams {
  readonly request: FastifyRequest<RequestRoute>;
  readonly reply: FastifyReply;
  readonly asked: AskedRow;
  readonly order: ActionOrder;
}

async function answer(
  { actions }: RequestsRouteDeps,
  { request, reply, asked, order }: AnswerParams,
): Promise<FastifyReply> {
  const idempotency = idempotencyOf(request, bytesOf(request.body));
  const row = await actions.order(asked.id, order, { idempotency });
  return reply.code(202).send(viewItem(row));
}
