import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { ConsoleStore } from '../../shared/store/console/console-store.js';
import type { Directory, Organisation } from '../../shared/trust/directory.js';
import { memberSummary, shownKey } from '../../shared/trust/directory/member-summary.js';
import type { RoutedMembers } from '../../shared/wire/routed-members.js';
import { countsOfDay, dateOrNull, lastContactOf } from '../flow/last-contact.js';
import type { RouterWatch } from '../flow/router-watch.js';
import { adoptionFor } from '../policies/shown-adoption.js';
import type { Access } from '../session/http-access.js';
import type { ListedMember, ListedMembers, OpenedMember } from './shown-members.js';

/** What the routes of members use. */
export interface MembersDeps {
  readonly access: Access;
  readonly store: ConsoleStore;
  readonly directory: () => Directory;
  /** What the routers know of members; null if none answers. */
  readonly members: () => Promise<RoutedMembers | null>;
  readonly routers: RouterWatch;
  readonly clock: Clock;
}

/** Adds `/v1/members` and `/v1/members/<id>`: what the hub knows of its members, for viewers of the federation alone. */
export function addMembers(app: FastifyInstance, deps: MembersDeps): void {
  const { access, directory } = deps;
  const requireFederation = async (request: FastifyRequest): Promise<void> => {
    if (access.viewerOf(request).scope !== undefined)
      throw fail('forbidden', 'the state of members is for viewers of the federation');
  };
  const route = { schema: { querystring: noQuery }, onRequest: requireFederation };
  app.get('/v1/members', route, async (): Promise<ListedMembers> => {
    const { version, hub, organisations } = directory();
    const { list, ...known } = await readKnown(deps);
    return { ...known, version, contract: hub.contract, members: [...organisations.values()].map(list) };
  });
  app.get<{ Params: { readonly org: string } }>(
    '/v1/members/:org',
    route,
    async ({ params }): Promise<OpenedMember> => {
      const member = directory().organisations.get(parseOrgId(params.org));
      if (member === undefined) throw fail('not-found', 'no such member');
      const { list, ...known } = await readKnown(deps);
      const keys = member.keys.map((key) => shownKey(key, new Date(known.now)));
      return { ...list(member), ...known, keys };
    },
  );
}

/** Asks the routers; `list` returns what is known of one member. */
async function readKnown({ store, members, routers, clock }: MembersDeps) {
  const [routed] = await Promise.all([members(), routers.state()]);
  const now = clock();
  const day = countsOfDay(store, now, undefined);
  const list = (member: Organisation): ListedMember => {
    const { policies = null, release = null, keyRequests = null } = routed?.[member.id] ?? {};
    const lastContact = dateOrNull(lastContactOf(member.id, day));
    return { ...memberSummary(member, now), lastContact, policies, release, keyRequests };
  };
  const policiesSince = adoptionFor({ scope: undefined }, routers.adoptions())?.since ?? null;
  return { now: now.toISOString(), policiesSince, list };
}
