import type { OrgId } from '../../kernel/ids.js';
import type { Layer } from '../../policy/engine.js';
import { literalsIn } from '../../policy/expression.js';
import type { DirectoryFacts, OrganisationFacts } from '../../policy/facts.js';
import type { Rule } from '../../policy/rule.js';
import { type Schema, vocabularyOf } from '../../policy/schema.js';
import { leavesOf, readsPath } from '../explain/leaves.js';

/** An originator and a recipient; never the same organisation. */
export interface Parties {
  readonly originator: OrgId;
  readonly recipient: OrganisationFacts;
}

/**
 * The parties that a set is asked about: an export about its owner as originator, an import about its owner as
 * recipient.
 */
export interface SetReach {
  readonly layer: Layer;
  readonly owner?: OrgId;
}

/** Returns every pair of members that a set may be asked about, with the facts of the directory. */
export function presentParties({ organisations }: DirectoryFacts, reach: SetReach): readonly Parties[] {
  // An agreement with a non-member is in no vocabulary.
  const isMember = (id: string): boolean => organisations.has(id as OrgId);
  const { layer, owner } = reach;
  const membersOf = (side: Layer): readonly OrganisationFacts[] =>
    [...organisations.values()].filter(({ id }) => layer !== side || owner === undefined || id === owner);
  const recipients = membersOf('import').map((facts) => {
    return { ...facts, agreements: facts.agreements.filter(isMember) };
  });
  return membersOf('export')
    .flatMap(({ id: originator }) => recipients.map((recipient) => ({ originator, recipient })))
    .filter((parties) => isAsked(parties, reach));
}

/**
 * Returns one of each kind of pair that the rules can distinguish, for any content of the directory. Organisations that
 * no rule names are alike, so two of them represent all.
 */
export function anyParties(rules: readonly Rule[], schema: Schema, reach: SetReach): readonly Parties[] {
  const words = wordsIn(rules, schema);
  const members = words.named('OrgId', reach.owner === undefined ? [] : [reach.owner]);
  const pool = [...members, ...words.others('OrgId', members).slice(0, 2)] as unknown as readonly OrgId[];
  const groups = words.named('Group');
  const vary = {
    agreements: (own: readonly string[]) => words.subsets('principal.agreements', words.named('OrgId', own)),
    accreditedFor: words.subsets('principal.accreditedFor', words.others('Classification', [])),
    groups: words.subsets('principal.groups', [...groups, ...words.others('Group', groups).slice(0, 1)]),
  };
  const recipients = (originator: OrgId, id: OrgId): readonly OrganisationFacts[] =>
    vary
      .agreements([originator, id])
      .flatMap((agreements) =>
        vary.accreditedFor.flatMap((accreditedFor) =>
          vary.groups.map((of) => ({ id, groups: of, accreditedFor, agreements })),
        ),
      );
  return pool
    .flatMap((originator) =>
      pool.flatMap((id) => recipients(originator, id).map((recipient) => ({ originator, recipient }))),
    )
    .filter((parties) => isAsked(parties, reach));
}

/** Returns vocabulary words by whether the rules name them, and sets of words for attributes that the rules read. */
function wordsIn(rules: readonly Rule[], schema: Schema) {
  const leaves = rules.flatMap(({ json }) => leavesOf(json) ?? []);
  const literals = rules.flatMap(({ json }) => literalsIn(json));
  const all = (type: string): readonly string[] => vocabularyOf(schema, type) ?? [];
  return {
    named: (type: string, more: readonly string[] = []) =>
      all(type).filter(
        (word) => more.includes(word) || literals.some((each) => each.type === type && each.id === word),
      ),
    others: (type: string, known: readonly string[]) => all(type).filter((word) => !known.includes(word)),
    subsets: (path: string, words: readonly string[]) =>
      leaves.some((leaf) => readsPath(leaf, path)) ? subsets(words) : [[]],
  };
}

function isAsked({ originator, recipient: { id } }: Parties, { layer, owner }: SetReach): boolean {
  if (originator === id) return false;
  return layer === 'federation' || owner === undefined || owner === (layer === 'export' ? originator : id);
}

/** Returns all subsets, the whole first: searches find early what many rules demand. */
export function subsets<T>(words: readonly T[]): readonly (readonly T[])[] {
  const sets = words.reduce<readonly (readonly T[])[]>(
    (made, word) => [...made, ...made.map((set) => [...set, word])],
    [[]],
  );
  return sets.toReversed();
}
