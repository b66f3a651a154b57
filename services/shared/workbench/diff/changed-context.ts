import type { OrgId } from '../../kernel/ids.js';
import type { DirectoryFacts, OrganisationFacts } from '../../policy/facts.js';
import type { Version } from '../space/answers.js';
import type { Route } from './compare-route.js';
import { schemaWithoutNames } from './schema-without-names.js';

/**
 * Returns a function that gives, as data, what else than rules differs and decides about routes: the facts about their
 * recipients, and the schema. Empty when nothing does. An approval covers it (docs/adr/0014).
 */
export function createChangedContext(before: Version, after: Version): (routes: readonly Route[]) => object {
  const [old, now] = [before, after].map(({ sets }) => schemaWithoutNames(sets.schema));
  const schemas = old === now ? {} : { schemas: [old, now] };
  const changed = changedFacts(before.directory, after.directory);
  return (routes) => {
    const recipients = [...new Set(routes.map(({ recipient }) => recipient))].toSorted();
    const facts = recipients.flatMap((id) => {
      const pair = changed.get(id);
      return pair === undefined ? [] : [pair];
    });
    return { ...schemas, ...(facts.length === 0 ? {} : { facts }) };
  };
}

type FactsPair = readonly [was: string | null, is: string | null];

/** Returns the facts that differ, before and after, by member. */
function changedFacts(
  { organisations: members }: DirectoryFacts,
  { organisations: others }: DirectoryFacts,
): ReadonlyMap<OrgId, FactsPair> {
  const ids = [...new Set([...members.keys(), ...others.keys()])];
  const shared = new Set<string>(ids.filter((id) => members.has(id) && others.has(id)));
  // An agreement with a new member arrives with the directory, before the rules of that member do.
  return new Map(
    ids.flatMap((id) => {
      const [was, is] = [members, others].map((each) =>
        factsText(each.get(id), (other) => shared.has(other)),
      );
      return was === is ? [] : [[id, [was ?? null, is ?? null]] as const];
    }),
  );
}

function factsText(facts: OrganisationFacts | undefined, isShared: (id: string) => boolean): string | null {
  if (facts === undefined) return null;
  const { id, groups, accreditedFor, agreements } = facts;
  return JSON.stringify([
    id,
    ...[groups, accreditedFor, agreements.filter(isShared)].map((words) => words.toSorted()),
  ]);
}
