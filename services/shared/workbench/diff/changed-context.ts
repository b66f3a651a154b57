import type { OrganisationFacts } from '../../policy/facts.js';
import type { Schema } from '../../policy/schema.js';
import type { Version } from '../space/answers.js';
import type { Route } from './compare-route.js';

/**
 * Returns a function that gives, as data, what else than rules differs and decides about routes: the facts about their
 * recipients, and the schema. Empty when nothing does. An approval covers it (docs/adr/0014).
 */
export function createChangedContext(before: Version, after: Version): (routes: readonly Route[]) => object {
  const [old, now] = [before, after].map(({ sets }) => schemaText(sets.schema));
  const schemas = old === now ? {} : { schemas: [old, now] };
  const [members, others] = [before.directory.organisations, after.directory.organisations];
  // An agreement with a new member arrives with the directory, before the rules of that member do.
  const isShared = (id: string): boolean =>
    [members, others].every((each) => [...each.keys()].some((key) => key === id));
  return (routes) => {
    const recipients = [...new Set(routes.map(({ recipient }) => recipient))].toSorted();
    const facts = recipients
      .map((id) => [members, others].map((each) => factsText(each.get(id), isShared)))
      .filter(([was, is]) => was !== is);
    return { ...schemas, ...(facts.length === 0 ? {} : { facts }) };
  };
}

/** The directory fills `OrgId` and `Group`: which words they have is no matter of the schema. */
function schemaText({ '': whole, ...others }: Schema): string {
  const { OrgId: _members, Group: _groups, ...types } = whole?.entityTypes ?? {};
  return JSON.stringify({ ...others, '': { ...whole, entityTypes: types } });
}

function factsText(facts: OrganisationFacts | undefined, isShared: (id: string) => boolean): string | null {
  if (facts === undefined) return null;
  const { id, groups, accreditedFor, agreements } = facts;
  return JSON.stringify([
    id,
    ...[groups, accreditedFor, agreements.filter(isShared)].map((words) => words.toSorted()),
  ]);
}
