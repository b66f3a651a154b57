import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { fail, isCode } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import type { Section } from '../../notice/kinds.js';
import { type Layer, type Permission, setOf } from '../../policy/engine.js';
import type { DirectoryFacts } from '../../policy/facts.js';
import { ADVERTISING_LAYERS, ALL_LAYERS } from '../../policy/layers.js';
import { membersOf } from '../../policy/plan.js';
import type { PolicySets } from '../../policy/policies.js';
import { RESTRICTION } from '../../policy/row.js';
import { vocabularyOf } from '../../policy/schema.js';
import { createToRecord, entity, type ValueRecord } from '../../policy/value.js';
import type { KnownQuestion, Truth } from './atom.js';
import { createConditionOf } from './condition.js';
import type { Diagram, Diagrams } from './diagram.js';
import { allows, appliesTo, createOutcomeOf, EMPTY_OUTCOME, type Outcome, UNFIT_OUTCOME } from './outcome.js';
import type { Variables } from './variables.js';
import { createVocabularyView } from './vocabulary-view.js';

/** One snapshot of a folder of policies and its directory, which together decide. Every workspace is one. */
export interface Version {
  readonly sets: PolicySets;
  readonly directory: DirectoryFacts;
}

/** A question about a route, without a notice. */
export interface Query {
  readonly originator: OrgId;
  readonly recipient: OrgId;
  readonly permission: Permission;
  /** Absent exactly for `receive`. */
  readonly section?: Section;
}

/** The answers of one version to a query, as functions of the notice. */
export interface Answers {
  /** Returns the outcome of one layer alone. */
  layer(layer: Layer, query: Query): Diagram<Outcome>;
  /** Returns the combined answer of all layers, as `row.ts` decides: sections are part of a received notice only. */
  answer(query: Query): Diagram<boolean>;
  /** Returns whether all conditions of a rule hold, for a permit and a forbid alike. */
  applies(rule: PolicyJson, query: Query): Diagram<Truth>;
  /** False for a notice with H3, which is only received together with the section of the restriction's text. */
  readonly unrestricted: Diagram<boolean>;
}

interface Deps {
  readonly diagrams: Diagrams;
  /** The variables of this version, or of several that are compared. */
  readonly variables: Variables;
}

const both = (a: boolean, b: boolean): boolean => a && b;
const butNot = (a: boolean, b: boolean): boolean => a && !b;
const orUnrestricted = (isUnrestricted: boolean, open: boolean): boolean => isUnrestricted || open;
const whereFits = (fits: boolean, outcome: Outcome): Outcome => (fits ? outcome : UNFIT_OUTCOME);

/** Returns the answers of one version, over the variables of all compared versions. */
export function createAnswers(version: Version, { diagrams, variables }: Deps): Answers {
  const { map, combine, leaf } = diagrams;
  const view = createVocabularyView(version.sets.schema, { diagrams, variables });
  const conditionOf = createConditionOf({ diagrams, variables: view.variables });
  const outcomeOf = createOutcomeOf(diagrams, conditionOf);
  const knownOf = createKnownOf(version);
  const unrestricted = unrestrictedIn({ diagrams, variables });
  const layer = remembered((which: Layer, query: Query): Diagram<Outcome> => {
    const set = version.sets.sets.get(setOf(which, query));
    const known = knownOf(query);
    if (set === undefined || known === 'no-member') return leaf(EMPTY_OUTCOME);
    if (known === 'unfit') return leaf(UNFIT_OUTCOME);
    return withSetName(set.name, () => combine(whereFits, view.fits, outcomeOf(set.rules, known)));
  });
  const layers = (asked: readonly Layer[], query: Query): Diagram<boolean> =>
    asked
      .map((each) => map(allows, layer(each, query)))
      .reduce((all, each) => combine(both, all, each), leaf<boolean>(true));
  const receive = ({ originator, recipient }: Query): Diagram<boolean> => {
    const received = layers(ALL_LAYERS, { originator, recipient, permission: 'receive' });
    const restriction: Query = { originator, recipient, permission: 'disclose', section: RESTRICTION };
    return combine(both, received, combine(orUnrestricted, unrestricted, layers(ALL_LAYERS, restriction)));
  };
  const answer = (query: Query): Diagram<boolean> => {
    if (query.permission === 'receive') return receive(query);
    const disclosed = layers(ALL_LAYERS, { ...query, permission: 'disclose' });
    if (query.permission === 'disclose') return combine(both, receive(query), disclosed);
    const advertised = combine(butNot, layers(ADVERTISING_LAYERS, query), disclosed);
    return combine(both, receive(query), advertised);
  };
  const applies = (rule: PolicyJson, query: Query): Diagram<Truth> => {
    const known = knownOf(query);
    return typeof known === 'string'
      ? leaf<Truth>('error')
      : appliesTo(rule, { diagrams, conditionOf, known });
  };
  return { layer, answer, applies, unrestricted };
}

/** Adds the set whose conditions need too many branches to the error. */
function withSetName<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!isCode(thrown, 'oversize')) throw thrown;
    throw fail('oversize', `\`${name}\`: ${thrown.message}: let its conditions combine fewer words`);
  }
}

type AskLayer = Answers['layer'];

/** Caches outcomes: the same layer is asked for every section and by every invariant. */
function remembered(ask: AskLayer): AskLayer {
  const known = new Map<string, Diagram<Outcome>>();
  return (layer, query) => {
    const { originator, recipient, permission, section = '' } = query;
    const key = [layer, originator, recipient, permission, section].join(' ');
    const outcome = known.get(key) ?? ask(layer, query);
    known.set(key, outcome);
    return outcome;
  };
}

/** Returns true for notices without H3. */
function unrestrictedIn({ diagrams, variables }: Deps): Diagram<boolean> {
  const level = variables.levelsOf('codes').find((each) => variables.list[each]?.member === 'H3');
  const [yes, no] = [diagrams.leaf<boolean>(true), diagrams.leaf<boolean>(false)];
  return level === undefined ? yes : diagrams.branch(level, [yes, no]);
}

/**
 * Why no rule is evaluated: the recipient is not a member, or the recipient or the section does not fit the
 * schema.
 */
type Unknown = 'no-member' | 'unfit';

/** Returns a function that gives the part of a question that does not depend on the notice. */
function createKnownOf({ sets, directory }: Version): (query: Query) => KnownQuestion | Unknown {
  const toOrganisation = createToRecord(sets.schema, 'Organisation');
  const actions = JSON.stringify(sets.schema['']?.actions);
  const sections = new Set(vocabularyOf(sets.schema, 'Section'));
  const principals = new Map(
    [...membersOf(directory).values()].map((facts) => [facts.id, toOrganisation(facts)]),
  );
  return ({ originator, recipient, permission, section }) => {
    const principal = principals.get(recipient);
    if (principal === undefined) return 'no-member';
    if (typeof principal === 'string' || (section !== undefined && !sections.has(section))) return 'unfit';
    const context: ValueRecord = section === undefined ? {} : { section: entity('Section', section) };
    return {
      principal,
      resource: { originator: entity('OrgId', originator) },
      context,
      permission,
      actions,
    };
  };
}
