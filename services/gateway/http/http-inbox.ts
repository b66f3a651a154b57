import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Guard } from './http-guard.js';
import type { Keeping } from '../holding/keep.js';
import { requireNotRestored } from '../holding/restored.js';
import type { Identity } from '../identity.js';
import type { IntakeGuard } from './http-body-limit.js';
import { addHeldLife } from './http-held-life.js';
import { isNoticeId, nextOf } from './http-notices.js';
import { examples } from './openapi/examples.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { heldParams, inboxQuery, type Paging } from './openapi/parameters.js';
import type { Search } from './search.js';
import { createInboxView } from './view-inbox.js';

/** What the routes of the inbox use. */
export interface InboxDeps {
  readonly identity: Identity;
  readonly intake: IntakeGuard;
  readonly keeping: Keeping;
  readonly guard: Guard;
  readonly store: GatewayStore;
  readonly search: Search;
}

interface InboxQuery extends Paging {
  readonly originator?: string;
  readonly kind?: string;
  readonly text?: string;
}

/** Adds the routes of held notices: find them, and read one with what a caller needs to verify it. */
export function addInbox(app: FastifyInstance, deps: InboxDeps): void {
  addFinding(app, deps);
  addReading(app, deps);
  addHeldLife(app, deps);
}

function addFinding(app: FastifyInstance, { guard, search, store }: InboxDeps): void {
  const schema = operation({
    id: 'findHeldNotices',
    scope: 'inbox:read',
    tag: 'inbox',
    summary: 'Find held notices',
    description: 'By originator, kind and the words of headers and sections, newest first.',
    takes: { querystring: inboxQuery },
    good: {
      status: 200,
      description: 'a page; it ends at `limit` or at about 4 MiB',
      schema: ref('held-page'),
      example: examples.heldPage,
    },
    codes: ['usage', 'not-ready'],
  });
  app.get<{ Querystring: InboxQuery }>(
    '/v1/inbox',
    { schema, onRequest: guard('inbox:read') },
    async ({ query }) => {
      requireNotRestored(store);
      const found = await search.inbox(query);
      return { items: found.rows.map(createInboxView()), next: nextOf(found) };
    },
  );
}

function addReading(app: FastifyInstance, { guard, store }: InboxDeps): void {
  const schema = operation({
    id: 'showHeldNotice',
    scope: 'inbox:read',
    tag: 'inbox',
    summary: 'A held notice',
    description: 'The newest revision that arrived. A notice that has ended is erased, and not found.',
    takes: { params: heldParams, querystring: noQuery },
    good: {
      status: 200,
      description: 'header, sections, obligations, and `raw` to verify them',
      schema: ref('held'),
      example: examples.held,
    },
    codes: ['usage', 'not-found', 'not-ready'],
  });
  app.get<{ Params: { originator: string; id: string } }>(
    '/v1/inbox/:originator/:id',
    { schema, onRequest: guard('inbox:read') },
    async ({ params: { originator, id } }) => {
      requireNotRestored(store);
      const row = isNoticeId(id) ? store.inbox.find(originator, id) : undefined;
      if (row === undefined) throw fail('not-found', 'no such notice');
      return createInboxView()(row);
    },
  );
}
