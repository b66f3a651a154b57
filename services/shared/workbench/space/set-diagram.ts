import type { AtomDeps, KnownQuestion, Operation, Truth } from './atom.js';
import type { Diagram, Diagrams } from './diagram.js';
import { entityAt } from './variables.js';

/**
 * Returns the diagram of an operation on a set attribute, built word by word, because sets of 249 countries cannot be
 * enumerated. Undefined for an operation on another attribute.
 */
export function setDiagram(
  operation: Operation,
  known: KnownQuestion,
  deps: AtomDeps,
): Diagram<Truth> | undefined {
  const { diagrams, variables } = deps;
  const { path, other } = operation;
  const levels = variables.levelsOf(path);
  if (variables.list[levels[0] ?? -1]?.form !== 'set') return undefined;
  const value = other?.(known);
  if (other !== undefined && value === undefined) return diagrams.leaf<Truth>('error');
  const words = value instanceof Set ? value : new Set([value ?? []].flat());
  const isNamed = (level: number): boolean => words.has(entityAt(variables, level));
  const inside = levels.filter(isNamed);
  const outside = levels.filter((level) => !isNamed(level));
  const isSet = value instanceof Set;
  return SHAPES[nameOf(operation, isSet)]?.({ diagrams, levels, inside, outside, count: words.size });
}

/** Returns the key of `SHAPES`: the operator, the side of the attribute, and whether the other operand is a set. */
function nameOf({ operator, side, other }: Operation, isSet: boolean): string {
  if (other === undefined) return operator;
  const isAlike = operator === '==' || operator === '!=' || operator === 'containsAny';
  return `${operator} ${isAlike ? '' : `${side} `}${isSet ? 'set' : 'word'}`;
}

interface SetWords {
  readonly diagrams: Diagrams;
  /** The levels of all words of the attribute, of those in the other operand, and of those not in it. */
  readonly levels: readonly number[];
  readonly inside: readonly number[];
  readonly outside: readonly number[];
  /** How many words the other operand has; more than `inside` when one is in no vocabulary, and so in no notice. */
  readonly count: number;
}

const SHAPES: Readonly<Record<string, (words: SetWords) => Diagram<Truth>>> = {
  isEmpty: ({ diagrams, levels }) => where(diagrams, [], levels),
  'contains left word': any,
  'containsAny set': any,
  'containsAll left set': (words) => all(words, []),
  'containsAll right set': ({ diagrams, outside }) => where(diagrams, [], outside),
  '== set': (words) => all(words, words.outside),
  '!= set': (words) => negated(words.diagrams, all(words, words.outside)),
};

function any({ diagrams, inside }: SetWords): Diagram<Truth> {
  return negated(diagrams, where(diagrams, [], inside));
}

function all({ diagrams, inside, count }: SetWords, without: readonly number[]): Diagram<Truth> {
  return inside.length === count ? where(diagrams, inside, without) : diagrams.leaf<Truth>(false);
}

const isNot = (a: Truth): Truth => (a === 'error' ? a : !a);

function negated(diagrams: Diagrams, diagram: Diagram<Truth>): Diagram<Truth> {
  return diagrams.map(isNot, diagram);
}

/** Returns true exactly for sets with all words of `present` and none of `absent`. */
function where(diagrams: Diagrams, present: readonly number[], absent: readonly number[]): Diagram<Truth> {
  const [no, yes] = [diagrams.leaf<Truth>(false), diagrams.leaf<Truth>(true)];
  return [...present, ...absent]
    .toSorted((a, b) => b - a)
    .reduce(
      (below, level) => diagrams.branch(level, present.includes(level) ? [no, below] : [below, no]),
      yes,
    );
}
