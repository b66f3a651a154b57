import type { AtomDeps, Fixed, Operation, Truth } from './atom.js';
import type { Diagram, Diagrams } from './diagram.js';

/**
 * An operation on a set attribute, word by word: trying all sets of 249 countries would take for ever. Undefined for one
 * on something else.
 */
export function setDiagram(operation: Operation, fixed: Fixed, deps: AtomDeps): Diagram<Truth> | undefined {
  const { diagrams, variables } = deps;
  const { path, other } = operation;
  const levels = variables.levelsOf(path);
  if (variables.list[levels[0] ?? -1]?.form !== 'set') return undefined;
  const value = other?.(fixed);
  if (other !== undefined && value === undefined) return diagrams.leaf<Truth>('error');
  const words = value instanceof Set ? value : new Set([value ?? []].flat());
  const isNamed = (level: number): boolean => words.has(variables.list[level]?.entities[1] as string);
  const inside = levels.filter(isNamed);
  const outside = levels.filter((level) => !isNamed(level));
  const isSet = value instanceof Set;
  return SHAPES[nameOf(operation, isSet)]?.({ diagrams, levels, inside, outside, count: words.size });
}

/** The operation with the two things that make it another one: its side, and whether it is with a set. */
function nameOf({ operator, side, other }: Operation, isSet: boolean): string {
  if (other === undefined) return operator;
  const isAlike = operator === '==' || operator === '!=' || operator === 'containsAny';
  return `${operator} ${isAlike ? '' : `${side} `}${isSet ? 'set' : 'word'}`;
}

interface Words {
  readonly diagrams: Diagrams;
  /** Of all words of the attribute, of those that the other side has, and of those that it has not. */
  readonly levels: readonly number[];
  readonly inside: readonly number[];
  readonly outside: readonly number[];
  /** How many words the other side has; more than `inside` when one is in no vocabulary, and so in no notice. */
  readonly count: number;
}

const SHAPES: Readonly<Record<string, (words: Words) => Diagram<Truth>>> = {
  isEmpty: ({ diagrams, levels }) => where(diagrams, [], levels),
  'contains left word': any,
  'containsAny set': any,
  'containsAll left set': (words) => all(words, []),
  'containsAll right set': ({ diagrams, outside }) => where(diagrams, [], outside),
  '== set': (words) => all(words, words.outside),
  '!= set': (words) => negated(words.diagrams, all(words, words.outside)),
};

function any({ diagrams, inside }: Words): Diagram<Truth> {
  return negated(diagrams, where(diagrams, [], inside));
}

function all({ diagrams, inside, count }: Words, without: readonly number[]): Diagram<Truth> {
  return inside.length === count ? where(diagrams, inside, without) : diagrams.leaf<Truth>(false);
}

const isNot = (a: Truth): Truth => (a === 'error' ? a : !a);

function negated(diagrams: Diagrams, diagram: Diagram<Truth>): Diagram<Truth> {
  return diagrams.map(isNot, diagram);
}

/** True exactly where all of these words are in the set and none of those. */
function where(diagrams: Diagrams, present: readonly number[], absent: readonly number[]): Diagram<Truth> {
  const [no, yes] = [diagrams.leaf<Truth>(false), diagrams.leaf<Truth>(true)];
  return [...present, ...absent]
    .toSorted((a, b) => b - a)
    .reduce(
      (below, level) => diagrams.branch(level, present.includes(level) ? [no, below] : [below, no]),
      yes,
    );
}
