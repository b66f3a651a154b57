import { setOf } from '../../policy/engine.js';
import { ALL_LAYERS } from '../../policy/layers.js';
import type { PolicySets } from '../../policy/policies.js';
import type { Rule } from '../../policy/rule.js';
import type { Version } from '../space/answers.js';
import type { Route } from './compare-route.js';
import { routesOf } from './diff-policies.js';

/**
 * Returns the routes of either version on which a rule, a fact about a member or the schema differs. On every other route
 * both versions decide the same. The schema holds the ids of all members, so that a new member makes every route differ.
 */
export function differingRoutes(before: Version, after: Version): readonly Route[] {
  const [was, is] = [before, after].map(createEverythingOf);
  return routesOf([before, after]).filter((route) => was?.(route) !== is?.(route));
}

/** Returns the rules of the sets that are asked about a route. */
export function rulesOfRoute(route: Route, { sets }: PolicySets): readonly Rule[] {
  return ALL_LAYERS.flatMap((layer) => sets.get(setOf(layer, route))?.rules ?? []);
}

/** Returns a function that gives everything that decides on a route, as text to compare. */
function createEverythingOf({ sets, directory }: Version): (route: Route) => string {
  const schema = JSON.stringify(sets.schema);
  return (route) => {
    const facts = [route.originator, route.recipient].map((id) => directory.organisations.get(id));
    return JSON.stringify([rulesOfRoute(route, sets).map(({ text }) => text), facts, schema]);
  };
}
