import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { setOf } from '../../policy/engine.js';
import { readsOf } from '../../policy/key.js';
import { ALL_LAYERS } from '../../policy/layers.js';
import { membersOf } from '../../policy/plan.js';
import type { PolicySets } from '../../policy/policies.js';
import { addReads, type KnownFacts, type Reads } from '../../policy/reads.js';
import type { Rule } from '../../policy/rule.js';
import { vocabularyOf } from '../../policy/schema.js';
import { createToRecord } from '../../policy/value.js';
import type { Version } from '../space/answers.js';
import type { Route } from './compare-route.js';
import { routesOf } from './diff-policies.js';
import { schemaWithoutNames } from './schema-without-names.js';

/**
 * Returns the routes of either version on which something differs that decides: the schema, a member, a fact about the recipient, a
 * rule or, where a rule reads consents, whose consents count. On every other route both versions decide each notice the same, and each of
 * `conditions` has the same value for it.
 */
export function differingRoutes(
  before: Version,
  after: Version,
  conditions: readonly PolicyJson[] = [],
): readonly Route[] {
  const routes = routesOf([before, after]);
  const [schema, next] = [before, after].map(({ sets }) => schemaWithoutNames(sets.schema));
  if (schema !== next) return routes;
  const [was, is] = [partsOf(before), partsOf(after)];
  const readsConsents = createReadsConsents(after, { of: consentingInOne(before, after), conditions });
  return routes.filter(
    (route) => partNames(route).some((name) => was.get(name) !== is.get(name)) || readsConsents(route),
  );
}

/** Returns the rules of the sets that are asked about a route. */
export function rulesOfRoute(route: Route, { sets }: PolicySets): readonly Rule[] {
  return ALL_LAYERS.flatMap((layer) => sets.get(setOf(layer, route))?.rules ?? []);
}

/** Returns the names of everything in `partsOf` that decides on a route. Rules read the facts of its recipient alone. */
function partNames(route: Route): readonly string[] {
  const sets = ALL_LAYERS.map((layer) => `rules ${setOf(layer, route)}`);
  return [`member ${route.originator}`, `facts ${route.recipient}`, ...sets];
}

/** Returns the members, their facts as rules read them, and the rules of each set, as text to compare. */
function partsOf({ sets, directory }: Version): ReadonlyMap<string, string> {
  const toOrganisation = createToRecord(sets.schema, 'Organisation');
  const textOf = (value: unknown): string =>
    JSON.stringify(value, (_, inner: unknown) => (inner instanceof Set ? [...inner] : inner));
  const members = [...membersOf(directory).values()].flatMap((facts) => [
    [`member ${facts.id}`, ''] as const,
    [`facts ${facts.id}`, textOf(toOrganisation(facts))] as const,
  ]);
  const rules = [...sets.sets].map(
    ([name, set]) => [`rules ${name}`, textOf(set.rules.map(({ text }) => text))] as const,
  );
  return new Map([...members, ...rules]);
}

/** Returns the organisations whose consents count in one version alone: each takes those of its own members into account. */
function consentingInOne(before: Version, after: Version): readonly string[] {
  const wordsOf = ({ sets }: Version): readonly string[] => vocabularyOf(sets.schema, 'OrgId') ?? [];
  const membersIn = ({ directory }: Version): readonly string[] => [...directory.organisations.keys()];
  return [wordsOf, membersIn].flatMap((namesIn) => {
    const [was, is] = [namesIn(before), namesIn(after)];
    return [...was.filter((name) => !is.includes(name)), ...is.filter((name) => !was.includes(name))];
  });
}

interface ConsentsParams {
  /** The organisations to look for. */
  readonly of: readonly string[];
  readonly conditions: readonly PolicyJson[];
}

/** Returns a function that is true for a route on which a rule or a condition reads whether one of some organisations consents. */
function createReadsConsents(
  { sets, directory }: Version,
  { of, conditions }: ConsentsParams,
): (route: Route) => boolean {
  const members = membersOf(directory);
  const reads = (rule: PolicyJson, known: KnownFacts): boolean => {
    const found: Reads = new Map();
    addReads(found, rule, known);
    const words = readsOf('consents', found);
    return of.some((name) => words === 'all' || words?.has(name) === true);
  };
  // Facts only narrow what a rule reads, and few rules read consents at all.
  const mayRead = (rule: PolicyJson): boolean => reads(rule, {});
  const everywhere = conditions.filter(mayRead);
  const bySet = new Map(
    [...sets.sets].map(([name, { rules }]) => [name, rules.map(({ json }) => json).filter(mayRead)]),
  );
  return (route) => {
    const recipient = members.get(route.recipient);
    const known = { originator: route.originator, ...(recipient === undefined ? {} : { recipient }) };
    const own = ALL_LAYERS.flatMap((layer) => bySet.get(setOf(layer, route)) ?? []);
    return [...everywhere, ...own].some((rule) => reads(rule, known));
  };
}
