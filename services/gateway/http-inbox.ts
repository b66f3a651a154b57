import type { FastifyInstance } from 'fastify';
import { fail } from '../shared/kernel/errors.js';
import type { GatewayStore } from '../shared/store/gateway-store.js';
import type { Guard } from './http-guard.js';
import { isNoticeId, nextOf } from './http-notices.js';
import { answers } from './http-answers.js';
import { inboxQuery, noQuery, page, type Paging } from './http-schemas.js';
import type { Search } from './search.js';
import { createInboxView } from './view-inbox.js';

export interface InboxDeps {
  readonly guard: Guard;
  readonly store: GatewayStore;
  readonly search: Search;
}

interface InboxQuery extends Paging {
  readonly originator?: string;
  readonly kind?: string;
  readonly text?: string;
}

const security = [{ bearer: [] }];

/** Held notices: find, read, with what a caller needs to verify them alone. */
export function addInbox(app: FastifyInstance, deps: InboxDeps): void {
  addFinding(app, deps);
  addReading(app, deps);
}

function addFinding(app: FastifyInstance, { guard, search }: InboxDeps): void {
  const onRequest = guard('inbox:read');
  app.get<{ Querystring: InboxQuery }>(
    '/v1/inbox',
    {
      schema: {
        summary: 'Find held notices',
        tags: ['inbox'],
        security,
        querystring: inboxQuery,
        response: answers(
          { status: 200, description: 'newest first; ends at `limit` or at about 4 MiB', schema: page },
          ['usage'],
        ),
      },
      onRequest,
    },
    async ({ query }) => {
      const found = await search.inbox(query);
      return { items: found.rows.map(createInboxView()), next: nextOf(found) };
    },
  );
}

function addReading(app: FastifyInstance, { guard, store }: InboxDeps): void {
  const onRequest = guard('inbox:read');
  app.get<{ Params: { originator: string; id: string } }>(
    '/v1/inbox/:originator/:id',
    {
      schema: {
        summary: 'A held notice',
        tags: ['inbox'],
        security,
        querystring: noQuery,
        response: answers(
          { status: 200, description: 'header, sections, obligations, and `raw` to verify them' },
          ['usage', 'not-found'],
        ),
      },
      onRequest,
    },
    async ({ params: { originator, id } }) => {
      const row = isNoticeId(id) ? store.inbox.find(originator, id) : undefined;
      if (row === undefined) throw fail('not-found', 'no such notice');
      return createInboxView()(row);
    },
  );
}
