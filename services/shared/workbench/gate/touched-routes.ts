import type { OrgId } from '../../kernel/ids.js';
import { setName } from '../../policy/engine.js';
import type { OrganisationFacts } from '../../policy/facts.js';
import type { Route } from '../diff/compare-route.js';
import { routesOf } from '../diff/diff-policies.js';
import type { Version } from '../space/answers.js';

/**
 * Returns the routes of the newer version on which it may decide otherwise: those whose sets or facts differ, or all when the
 * schema or the federation's set does.
 */
export function touchedRoutes(before: Version, after: Version): readonly Route[] {
  const differs = (set: string): boolean => before.sets.digests[set] !== after.sets.digests[set];
  const routes = routesOf([after]);
  if (differs('schema') || differs('federation')) return routes;
  const factsDiffer = (org: OrgId): boolean => factsText(before, org) !== factsText(after, org);
  return routes.filter(
    ({ originator, recipient }) =>
      differs(setName('export', originator)) ||
      differs(setName('import', recipient)) ||
      factsDiffer(originator) ||
      factsDiffer(recipient),
  );
}

function factsText({ directory }: Version, org: OrgId): string {
  const { groups, accreditedFor, agreements }: Partial<OrganisationFacts> =
    directory.organisations.get(org) ?? {};
  return JSON.stringify([groups, accreditedFor, agreements]);
}
