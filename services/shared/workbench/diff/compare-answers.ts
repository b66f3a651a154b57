import { type Layer, setOf } from '../../policy/engine.js';
import { ADVERTISING_LAYERS, ALL_LAYERS } from '../../policy/layers.js';
import { RESTRICTION } from '../../policy/row.js';
import type { Rule } from '../../policy/rule.js';
import type { Answers, Query, Version } from '../space/answers.js';
import type { Diagram } from '../space/diagram.js';
import type { Space } from '../space/space.js';
import { createUnchanged, createLayerChange, isReworded, type LayerChange } from './layer-change.js';
import { addLayerChange, ALL_OPEN, type Verdicts } from './verdicts.js';

/** Two versions over the same space. */
export interface VersionPair {
  readonly space: Space;
  readonly before: Version;
  readonly after: Version;
}

/** The answers of both versions to one query. */
export interface ComparedAnswers {
  /** False when no layer differs, neither in its decisions nor in the annotations of its rules. */
  readonly isTouched: boolean;
  /** The obligations of rules in the touched layers, and those that the caller asked for besides. */
  readonly watched: ReadonlySet<string>;
  /** Returns the combined answer of the layers, before and after. */
  verdicts(): Diagram<Verdicts>;
}

const NONE: ReadonlySet<string> = new Set();

/** Returns a function that compares the answers to a query; obligations in `besides` are compared too. */
export function createAnswerComparison(comparing: VersionPair) {
  const { space } = comparing;
  const pairOf = createPairOf(comparing);
  const { changeOf, unchangedOf } = createLayerComparisons(comparing);
  return (query: Query, besides: ReadonlySet<string> = NONE): ComparedAnswers => {
    const layers = query.permission === 'advertise' ? ADVERTISING_LAYERS : ALL_LAYERS;
    const pairs = layers.map((layer) => pairOf(layer, query));
    // A notice with the handling code H3 is received only together with its section `handlingNote`.
    const restriction: Query = { ...routeOf(query), permission: 'disclose', section: RESTRICTION };
    const restricted =
      query.permission === 'receive' ? layers.map((layer) => pairOf(layer, restriction)) : [];
    const obligations = pairs
      .filter(({ isTouched }) => isTouched)
      .flatMap(({ rules }) => rules.flatMap(({ obligation }) => obligation ?? []));
    const watched = new Set([...besides, ...obligations]);
    const layerChangeOf = (
      { layer, isTouched, was, is }: LayerPair,
      compared: ReadonlySet<string>,
    ): Diagram<LayerChange> =>
      isTouched
        ? space.diagrams.combine(changeOf(layer, compared), was, is)
        : space.diagrams.map(unchangedOf(layer, compared), was);
    return {
      isTouched: [...pairs, ...restricted].some(({ isTouched }) => isTouched),
      watched,
      verdicts: () =>
        [
          ...pairs.map((pair) => layerChangeOf(pair, watched)),
          ...restricted.map((pair) => whereRestricted(layerChangeOf(pair, NONE), comparing)),
        ].reduce(
          (verdicts, change) => space.diagrams.combine(addLayerChange, verdicts, change),
          space.diagrams.leaf(ALL_OPEN),
        ),
    };
  };
}

/** Returns the comparisons of a layer for a set of watched obligations: one function each, as diagrams are cached by it. */
function createLayerComparisons({ before: { sets: before }, after: { sets: after } }: VersionPair) {
  return {
    changeOf: onceByWatched((layer, watched) => createLayerChange({ layer, watched, before, after })),
    unchangedOf: onceByWatched((_, watched) => createUnchanged(before, watched)),
  };
}

type ByWatched<T> = (layer: Layer, watched: ReadonlySet<string>) => T;

function onceByWatched<T>(make: ByWatched<T>): ByWatched<T> {
  const made = new Map<string, T>();
  return (layer, watched) => {
    const key = [layer, ...[...watched].toSorted()].join(' ');
    const known = made.get(key) ?? make(layer, watched);
    made.set(key, known);
    return known;
  };
}

function routeOf({ originator, recipient }: Query): Pick<Query, 'originator' | 'recipient'> {
  return { originator, recipient };
}

/** One layer of both versions. */
interface LayerPair {
  readonly layer: Layer;
  readonly was: ReturnType<Answers['layer']>;
  readonly is: ReturnType<Answers['layer']>;
  readonly isTouched: boolean;
  /** The rules of both versions. */
  readonly rules: readonly Rule[];
}

function createPairOf({ space, before, after }: VersionPair): (layer: Layer, query: Query) => LayerPair {
  const [old, now] = [space.answersOf(before), space.answersOf(after)];
  const sides = { before: before.sets, after: after.sets };
  const reworded = new Set([...after.sets.rules.keys()].filter((id) => isReworded(id, sides)));
  return (layer, query) => {
    const [was, is] = [old.layer(layer, query), now.layer(layer, query)];
    const rules = [before, after].flatMap((version) => rulesOf(version, layer, query));
    const isTouched = was !== is || rules.some(({ id }) => reworded.has(id));
    return { layer, was, is, isTouched, rules };
  };
}

function rulesOf({ sets }: Version, layer: Layer, query: Query): readonly Rule[] {
  const rules = sets.sets.get(setOf(layer, query))?.rules ?? [];
  return rules.filter(({ permissions }) => permissions.has(query.permission));
}

const OPEN: LayerChange = { before: true, after: true, obligations: { before: [], after: [] } };
const openWhereUnrestricted = (isUnrestricted: boolean, change: LayerChange): LayerChange =>
  isUnrestricted ? OPEN : change;

/**
 * Limits an answer about the text of H3 to notices with H3: the router asks about that text for no others.
 */
function whereRestricted(change: Diagram<LayerChange>, { space, before }: VersionPair): Diagram<LayerChange> {
  return space.diagrams.combine(openWhereUnrestricted, space.answersOf(before).unrestricted, change);
}
