import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { KEEP_GROUNDS, type KeepGround } from '../holding/holding.js';
import type { Keeping } from '../holding/keep.js';
import { requireNotRestored } from '../holding/restored.js';
import { createStatusList } from '../holding/status-list.js';
import { isKeepGround } from '../holding/stored-holding.js';
import { viewLife } from '../holding/view-life.js';
import type { Identity } from '../identity.js';
import { bytesOf } from './http-body.js';
import type { IntakeGuard } from './http-body-limit.js';
import type { Guard } from './http-guard.js';
import { isNoticeId } from './http-notices.js';
import { examples } from './openapi/examples.js';
import { ref } from './openapi/notice-components.js';
import { BODY, operation } from './openapi/operation.js';
import { heldParams, keepBody, statusListQuery } from './openapi/parameters.js';

/** What the routes about the life of held notices use. */
export interface HeldLifeDeps {
  readonly guard: Guard;
  readonly intake: IntakeGuard;
  readonly keeping: Keeping;
  readonly identity: Identity;
  readonly store: GatewayStore;
}

/** Adds the routes about the life of held notices: what is known of one, and the status list for officers offline. */
export function addHeldLife(app: FastifyInstance, deps: HeldLifeDeps): void {
  addLife(app, deps);
  addStatusList(app, deps);
  addKeep(app, deps);
  addRelease(app, deps);
}

interface HeldParams {
  readonly originator: string;
  readonly id: string;
}

/** Returns the life of a notice. Throws `not-found` for an unknown or a malformed id. */
function lifeOrFail({ identity, store }: HeldLifeDeps, { originator, id }: HeldParams) {
  const stored = isNoticeId(id) ? store.holdings.read(originator, id) : undefined;
  const life = stored && viewLife(stored, identity.org);
  if (life === undefined) throw fail('not-found', 'no such notice');
  return life;
}

function addLife(app: FastifyInstance, deps: HeldLifeDeps): void {
  const schema = operation({
    id: 'showHeldLife',
    scope: 'inbox:read',
    tag: 'inbox',
    summary: 'The life of a notice of another organisation',
    description:
      'Its state without its content, also while it is suspended and after it has ended, until 5 years and 30 days after its issue.',
    takes: { params: heldParams, querystring: noQuery },
    good: {
      status: 200,
      description: 'its state, end, suspension and what is barred',
      schema: ref('heldLife'),
      example: examples.heldLife,
    },
    codes: ['usage', 'not-found'],
  });
  app.get<{ Params: HeldParams }>(
    '/v1/inbox/:originator/:id/life',
    { schema, onRequest: deps.guard('inbox:read') },
    async ({ params }) => lifeOrFail(deps, params),
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
    async ({ query: { list } }) => {
      requireNotRestored(deps.store);
      return statusList(list);
    },
  );
}

function addKeep(app: FastifyInstance, deps: HeldLifeDeps): void {
  const schema = operation({
    id: 'keepHeldNotice',
    scope: 'inbox:keep',
    tag: 'inbox',
    summary: 'Keep a held notice on a ground',
    description:
      'An action or the expiry that would erase it hides it instead, and its originator is answered `kept` with the ground. The organisation stays a holder.',
    takes: { params: heldParams, body: keepBody },
    good: { status: 200, description: 'its life', schema: ref('heldLife'), example: examples.heldLife },
    codes: ['not-found', ...BODY],
  });
  app.post<{ Params: HeldParams }>(
    '/v1/inbox/:originator/:id/keep',
    { schema, onRequest: [deps.guard('inbox:keep'), deps.intake] },
    async ({ params, body }) => {
      const ground = groundIn(parseStrictJson(bytesOf(body)));
      lifeOrFail(deps, params);
      await deps.keeping.keep(params.originator, params.id, ground);
      return lifeOrFail(deps, params);
    },
  );
}

/** Reads `{ground}`. Throws `schema-invalid`. */
function groundIn(body: unknown): KeepGround {
  const { ground, ...more } = Object(body) as { readonly ground?: unknown };
  if (isKeepGround(ground) && Object.keys(more).length === 0) return ground;
  const message = `expected one of ${KEEP_GROUNDS.join(', ')}`;
  throw fail('schema-invalid', `\`/ground\`: ${message}`, [{ path: '/ground', message }]);
}

function addRelease(app: FastifyInstance, deps: HeldLifeDeps): void {
  const schema = operation({
    id: 'releaseHeldNotice',
    scope: 'inbox:keep',
    tag: 'inbox',
    summary: 'End the ground on which a notice is kept',
    description: 'What should have been erased meanwhile is erased now, and its originator is told.',
    takes: { params: heldParams, querystring: noQuery },
    good: { status: 200, description: 'its life', schema: ref('heldLife'), example: examples.heldLife },
    codes: ['usage', 'not-found'],
  });
  app.post<{ Params: HeldParams }>(
    '/v1/inbox/:originator/:id/release',
    { schema, onRequest: deps.guard('inbox:keep') },
    async ({ params }) => {
      lifeOrFail(deps, params);
      await deps.keeping.release(params.originator, params.id);
      return lifeOrFail(deps, params);
    },
  );
}
