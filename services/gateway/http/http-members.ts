import type { FastifyInstance } from 'fastify';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { Identity } from '../identity.js';
import { memberNow } from '../identity.js';
import type { Guard } from './http-guard.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { membersExample } from './openapi/member-components.js';

/** What the route of members uses. */
export interface MembersRouteDeps {
  readonly guard: Guard;
  readonly identity: Identity;
}

/** Adds the route that lists the members of the federation, with those that are suspended, are leaving or have left. */
export function addMemberList(app: FastifyInstance, { guard, identity }: MembersRouteDeps): void {
  const schema = operation({
    id: 'listMembers',
    scope: 'notice:read',
    tag: 'notices',
    summary: 'The members of the federation',
    description:
      'All organisations of the newest directory that this gateway holds, this one included, in its order. One that is suspended, is leaving or has left exchanges no notices; one that has left answers nothing any more.',
    takes: { querystring: noQuery },
    good: { status: 200, description: 'all of them', schema: ref('members'), example: membersExample },
    codes: ['usage'],
  });
  app.get('/v1/members', { schema, onRequest: guard('notice:read') }, async () => {
    const { version, organisations } = identity.directory.current();
    const items = [...organisations.values()].map(({ id, name }) => {
      const { state, since } = memberNow(identity, id);
      return { org: id, name, state, since: since?.toISOString() ?? null };
    });
    return { directory: version, items };
  });
}
