import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Identity } from '../identity.js';
import type { Actions } from '../life/actions.js';
import { orderOfItem } from '../life/order-of-item.js';
import { type OrderedVerb, parseOrder } from '../life/parse-order.js';
import { pageOfItems } from '../life/page-of-items.js';
import { viewItem, viewItemFully } from '../life/view-item.js';
import { bytesOf, idempotencyOf } from './http-body.js';
import type { IntakeGuard } from './http-body-limit.js';
import type { Guard } from './http-guard.js';
import { isNoticeId } from './http-notices.js';
import { actionBody, ORDER, VERB_WORDS } from './openapi/action-components.js';
import { actionExamples } from './openapi/action-examples.js';
import { ref } from './openapi/notice-components.js';
import { SIGNING, operation } from './openapi/operation.js';
import {
  actionHeaders,
  actionsQuery,
  heldActionsQuery,
  ownParams,
  type Paging,
} from './openapi/parameters.js';

/** What the routes of actions use. */
export interface ActionsRouteDeps {
  readonly guard: Guard;
  readonly intake: IntakeGuard;
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly actions: Actions;
}

interface NoticeRoute {
  Params: { id: string };
}

/** Adds the routes that act on own notices, list the actions that wait for a person, and confirm them. */
export function addActions(app: FastifyInstance, deps: ActionsRouteDeps): void {
  const { route, handle } = createOrderRoute(deps);
  app.post<NoticeRoute>('/v1/notices/:id/withdraw', route('withdraw'), handle('withdraw'));
  app.post<NoticeRoute>('/v1/notices/:id/suspend', route('suspend'), handle('suspend'));
  app.post<NoticeRoute>('/v1/notices/:id/resume', route('resume'), handle('resume'));
  app.post<NoticeRoute>('/v1/notices/:id/restrict', route('restrict'), handle('restrict'));
  app.post<NoticeRoute>('/v1/notices/:id/lift', route('lift'), handle('lift'));
  app.post<NoticeRoute>('/v1/notices/:id/extend', route('extend'), handle('extend'));
  app.post<NoticeRoute>('/v1/notices/:id/unseal', route('unseal'), handle('unseal'));
  addHeld(app, deps);
  addOfNotice(app, deps);
  addConfirm(app, deps);
}

/** Creates the options and the handler of the route of each verb. */
function createOrderRoute({ guard, intake, actions }: ActionsRouteDeps) {
  return {
    route: (verb: OrderedVerb) => ({
      schema: orderOperation(verb),
      onRequest: [guard('notice:write'), intake],
    }),
    handle:
      (verb: OrderedVerb) =>
      async (request: FastifyRequest<NoticeRoute>, reply: FastifyReply): Promise<FastifyReply> => {
        const bytes = bytesOf(request.body);
        const idempotency = idempotencyOf(request, bytes);
        const { order, run } = parseOrder(verb, parseStrictJson(bytes));
        const id = requireNoticeId(request.params.id);
        const row = await actions.order(id, order, { idempotency, isExempt: run !== undefined });
        return reply.code(202).send(viewItem(row));
      },
  };
}

function orderOperation(verb: OrderedVerb): ReturnType<typeof operation> {
  const { summary, description, codes } = VERB_WORDS[verb];
  return operation({
    id: `${verb}Notice`,
    scope: 'notice:write',
    tag: 'life',
    summary,
    description: `${description} Signed and on the disk when the answer is sent. With an \`Idempotency-Key\` a repeated request gives the same action, with the state it has by then.`,
    takes: { headers: actionHeaders, params: ownParams, querystring: noQuery, body: actionBody(verb) },
    good: { status: 202, description: 'accepted', schema: ref('action'), example: actionExamples[verb] },
    codes: [...ORDER, ...codes],
  });
}

function addHeld(app: FastifyInstance, { guard, store }: ActionsRouteDeps): void {
  const schema = operation({
    id: 'findHeldActions',
    scope: 'notice:read',
    tag: 'life',
    summary: 'Actions that wait for a confirmation',
    description:
      'More ends and bars were ordered within an hour than the gateway signs without a confirmation. Oldest first.',
    takes: { querystring: heldActionsQuery },
    good: { status: 200, description: 'a page', schema: ref('actions'), example: actionExamples.held },
    codes: ['usage'],
  });
  app.get<{ Querystring: { readonly limit: number; readonly after?: number } }>(
    '/v1/held-actions',
    { schema, onRequest: guard('notice:read') },
    async ({ query: { limit, after = 0 } }) => {
      const rows = store.items.held({ after, limit: limit + 1 });
      const items = rows.slice(0, limit).map(viewItem);
      return { items, next: rows.length > limit ? (items.at(-1)?.action ?? null) : null };
    },
  );
}

function addOfNotice(app: FastifyInstance, { guard, identity, store }: ActionsRouteDeps): void {
  const schema = operation({
    id: 'findActions',
    scope: 'notice:read',
    tag: 'life',
    summary: 'The actions on an own notice',
    description:
      'Newest first, with the signed answer of each holder and who owes one. `life` of the notice has the newest of them.',
    takes: { params: ownParams, querystring: actionsQuery },
    good: {
      status: 200,
      description: 'a page',
      schema: ref('answered-actions'),
      example: actionExamples.answered,
    },
    codes: ['usage', 'not-found'],
  });
  app.get<NoticeRoute & { Querystring: Paging }>(
    '/v1/notices/:id/actions',
    { schema, onRequest: guard('notice:read') },
    async ({ params, query }) => {
      const id = requireNoticeId(params.id);
      if (store.own.find(id) === undefined) throw fail('not-found', 'no such notice');
      const { rows, next } = pageOfItems(store.items.of('', id), query);
      return { items: rows.map((item) => viewItemFully(store, item, identity)), next };
    },
  );
}

function addConfirm(app: FastifyInstance, { guard, store, actions }: ActionsRouteDeps): void {
  const schema = operation({
    id: 'confirmActions',
    scope: 'notice:confirm',
    tag: 'life',
    summary: 'Confirm the actions on a notice that wait',
    description: 'Signs them in the order of their requests. Those after a withdrawal are not signed.',
    takes: { params: ownParams, querystring: noQuery },
    good: {
      status: 200,
      description: 'the signed actions',
      schema: ref('actions'),
      example: actionExamples.held,
    },
    codes: [
      'usage',
      'not-found',
      'notice-ended',
      'too-many-actions',
      'schema-invalid',
      'organisation-unknown',
      ...SIGNING,
    ],
  });
  app.post<NoticeRoute>(
    '/v1/notices/:id/confirm',
    { schema, onRequest: guard('notice:confirm') },
    async ({ params: { id } }) => {
      const held = heldOn(store, requireNoticeId(id));
      if (held.length === 0) throw fail('not-found', 'no such notice, or nothing waits for a confirmation');
      const signed: ItemRow[] = [];
      for (const item of held) {
        const order = orderOfItem(item, undefined);
        if (order !== undefined) signed.push(await actions.order(id, order, { again: item }));
        if (item.verb === 'withdraw') break;
      }
      return { items: signed.map(viewItem), next: null };
    },
  );
}

function heldOn({ items }: Pick<GatewayStore, 'items'>, id: string): readonly ItemRow[] {
  const held = items.of('', id).filter(({ state }) => state === 'held');
  return held.toSorted((a, b) => a.seq - b.seq);
}

/** Returns the id of a notice. Throws `not-found` for any other text, as for an unknown id. */
export function requireNoticeId(id: string): string {
  if (isNoticeId(id)) return id;
  throw fail('not-found', 'no such notice');
}
