import { setOf } from '../../policy/engine.js';
import { ALL_LAYERS } from '../../policy/layers.js';
import type { PolicySets } from '../../policy/policies.js';
import type { Rule } from '../../policy/rule.js';
import type { Version } from '../space/answers.js';
import type { Route } from './compare-route.js';
import { routesOf } from './diff-policies.js';

/**
 * Returns the routes of any of both versions on which a rule, a fact of a member or the schema differs. On every other route
 * both decide the same: the schema has the ids of all members, so that it differs when there is another one.
 */
export function differingRoutes(before: Version, after: Version): readonly Route[] {
  const [was, is] = [before, after].map(createEverythingOf);
  return routesOf([before, after]).filter((route) => was?.(route) !== is?.(route));
}

/** Returns the rules of the sets that are asked about a route. */
export function rulesOfRoute(route: Route, { sets }: PolicySets): readonly Rule[] {
  return ALL_LAYERS.flatMap((layer) => sets.get(setOf(layer, route))?.rules ?? []);
}

/** Returns a function that writes all that decides on a route as text. */
function createEverythingOf({ sets, directory }: Version): (route: Route) => string {
  const schema = JSON.stringify(sets.schema);
  return (route) => {
    const facts = [route.originator, route.recipient].map((id) => directory.organisations.get(id));
    return JSON.stringify([rulesOfRoute(route, sets).map(({ text }) => text), facts, schema]);
  };
}
