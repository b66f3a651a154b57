import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { createStatusList } from '../holding/status-list.js';
import { viewLife } from '../holding/view-life.js';
import type { Identity } from '../identity.js';
import type { Guard } from './http-guard.js';
import { isNoticeId } from './http-notices.js';
import { examples } from './openapi/examples.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { heldParams, statusListQuery } from './openapi/parameters.js';

/** What the routes about the life of held notices use. */
export interface HeldLifeDeps {
  readonly guard: Guard;
  readonly identity: Identity;
  readonly store: GatewayStore;
}

/** Adds the routes about the life of held notices: what is known of one, and the status list for officers offline. */
export function addHeldLife(app: FastifyInstance, deps: HeldLifeDeps): void {
  addLife(app, deps);
  addStatusList(app, deps);
}

function addLife(app: FastifyInstance, { guard, identity, store }: HeldLifeDeps): void {
  const schema = operation({
    id: 'showHeldLife',
    scope: 'inbox:read',
    tag: 'inbox',
    summary: 'The life of a notice of another organisation',
    description:
      'What is known of it without its content, also while it is suspended and after it has ended, as long as it is remembered.',
    takes: { params: heldParams, querystring: noQuery },
    good: {
      status: 200,
      description: 'its state, end, suspension and what is barred',
      schema: ref('heldLife'),
      example: examples.heldLife,
    },
    codes: ['usage', 'not-found'],
  });
  app.get<{ Params: { originator: string; id: string } }>(
    '/v1/inbox/:originator/:id/life',
    { schema, onRequest: guard('inbox:read') },
    async ({ params: { originator, id } }) => {
      const stored = isNoticeId(id) ? store.holdings.read(originator, id) : undefined;
      const life = stored && viewLife(stored, identity.org);
      if (life === undefined) throw fail('not-found', 'no such notice');
      return life;
    },
  );
}

function addStatusList(app: FastifyInstance, { guard, ...deps }: HeldLifeDeps): void {
  const schema = operation({
    id: 'showStatusList',
    scope: 'inbox:read',
    tag: 'inbox',
    summary: 'A status list for officers offline',
    description:
      'Signed by this gateway over what it holds now. A copy names its place in `life.status`. Nothing of it crosses the hub.',
    takes: { querystring: statusListQuery },
    good: {
      status: 200,
      description: 'the list with this number',
      schema: ref('statusList'),
      example: examples.statusList,
    },
    codes: ['usage', 'not-found', 'not-ready'],
  });
  const statusList = createStatusList(deps);
  app.get<{ Querystring: { list: number } }>(
    '/v1/inbox/status-list',
    { schema, onRequest: guard('inbox:read') },
    async ({ query: { list } }) => statusList(list),
  );
}
