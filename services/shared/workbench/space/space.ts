import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Attributes } from '../../notice/attributes.js';
import { KINDS, type Kind, sectionsOf } from '../../notice/kinds.js';
import type { Reads } from '../../policy/reads.js';
import { type Answers, createAnswers, type Query, type Version } from './answers.js';
import { createDiagrams, type Diagram, type Diagrams, levelsIn } from './diagram.js';
import { distinguishedBy, createKindSpace, type KindSpace, sizeOf } from './kind-space.js';
import { createReadsOfQueries } from './query-reads.js';
import { reachedValues } from './reached-values.js';
import { createReadAt, type ReadAt } from './read-at.js';
import { createVariables, plainOf, type Variables } from './variables.js';

/** A value that a diagram takes for notices of one kind. */
export interface Reach<T> {
  readonly kind: Kind;
  readonly value: T;
  /** How many of the notices that the rules distinguish have the value. */
  readonly points: bigint;
  /** In how many variables the witness differs from the plainest notice of its kind. */
  readonly distance: number;
  /** The plainest notice with the value: nearest to first words, absent attributes and empty sets. */
  readonly witness: Attributes;
}

/**
 * The answers of policy versions for all notices, computed symbolically instead of notice by notice (docs/adr/0010).
 */
export interface Space {
  readonly diagrams: Diagrams;
  /** Returns the answers of a version, as diagrams that can be combined with those of the other versions. */
  answersOf(version: Version): Answers;
  /**
   * Returns the values that a diagram takes for notices of a route, by kind; only kinds with every section of the
   * queries.
   */
  reach<T>(diagram: Diagram<T>, queries: readonly Query[], when?: PolicyJson): readonly Reach<T>[];
  /** Returns a function that reads the value of any diagram for one notice. */
  at(notice: Attributes): ReadAt;
  /** Returns how many notices the rules can distinguish in these queries of one route. */
  size(queries: readonly Query[]): bigint;
  /**
   * Returns, in words, the comparisons that were not analysed and on which a diagram given to `reach`
   * depends: it may have returned values that no notice has. Empty when every returned value is certain.
   */
  cut(): readonly string[];
}

/** Returns the space of one version, or of several to compare, over the words and organisations of all. */
export function createSpace(versions: readonly Version[]): Space {
  const variables = createVariables(versions.map(({ sets }) => sets.schema));
  const diagrams = createDiagrams();
  const answers = new Map(
    versions.map((version) => [version, createAnswers(version, { diagrams, variables })]),
  );
  const kinds = kindsOf(variables).map((kind) => createKindSpace(kind, variables));
  const cut = new Set<string>();
  const readsOf = createReadsOfQueries(versions);
  const answersOf = (version: Version): Answers => {
    const known = answers.get(version) ?? createAnswers(version, { diagrams, variables });
    answers.set(version, known);
    return known;
  };
  const reach: Space['reach'] = (diagram, queries, when) => {
    if (variables.list.length > variables.attributeCount) {
      for (const level of levelsIn(diagram, variables.attributeCount)) cut.add(variables.freeAt(level) ?? '');
    }
    const reads = readsOf(queries, when);
    return spacesOf(kinds, queries).flatMap((space) =>
      reachOfKind(diagram, { space, reads, variables, queries }),
    );
  };
  return {
    diagrams,
    answersOf,
    reach,
    at: createReadAt(variables),
    size: (queries) => {
      const reads = readsOf(queries);
      const sizes = spacesOf(kinds, queries).map((space) =>
        sizeOf(distinguishedBy(reads, space, variables), reads, variables),
      );
      return sizes.reduce((sum, size) => sum + size, 0n);
    },
    cut: () => [...cut],
  };
}

/** Returns the kinds that some schema knows; all when no schema knows the attribute. */
function kindsOf({ list, levelsOf }: Variables): readonly Kind[] {
  const [level] = levelsOf('kind');
  const known = level === undefined ? undefined : list[level]?.values;
  return KINDS.filter((kind) => known?.includes(kind) ?? true);
}

/** Leaves out kinds that cannot have a section of the queries. */
function spacesOf(kinds: readonly KindSpace[], queries: readonly Query[]): readonly KindSpace[] {
  return kinds.filter(({ kind }) => {
    const { required, optional } = sectionsOf(kind);
    return queries.every(
      ({ section }) => section === undefined || [...required, ...optional].includes(section),
    );
  });
}

interface KindReachParams {
  readonly space: KindSpace;
  readonly reads: Reads;
  readonly variables: Variables;
  readonly queries: readonly Query[];
}

function reachOfKind<T>(
  diagram: Diagram<T>,
  { space, reads, variables, queries }: KindReachParams,
): readonly Reach<T>[] {
  const distinguished = distinguishedBy(reads, space, variables);
  const originator = queries[0]?.originator;
  const counting = { space, distinguished, levels: variables.attributeCount };
  return reachedValues(diagram, counting).map((reached) => ({
    kind: space.kind,
    value: reached.value,
    points: reached.points,
    distance: reached.distance,
    get witness() {
      return { originator, ...plainOf(variables, reached.witness) } as unknown as Attributes;
    },
  }));
}
