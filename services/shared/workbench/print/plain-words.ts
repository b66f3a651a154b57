import {
  hasRoundedNumber,
  isNode,
  literalOf,
  literalsOf,
  type Node,
  operatorOf,
  pathOf,
} from '../../policy/expression.js';
import { printExpression } from './print-expression.js';
import { FLAGS, SET_PHRASES, type SetPhrases, listOf, NOUNS, wordOf } from './plain-terms.js';

/** A condition in plain words: one sentence without its full stop, or several, joined by all or any. */
export type Phrase = string | { readonly join: 'all' | 'any'; readonly parts: readonly Phrase[] };

/** The text for what has neither plain words nor an exact text; the reason of its rule is shown in any case. */
export const UNTOLD = 'a condition that only the text of the rule states';

/** Describes a node of Cedar's JSON form in English, and constructs that the schema does not need by their text. */
export function phraseOf(node: unknown, wanted = true): Phrase {
  if (!isNode(node)) return UNTOLD;
  const [operator, operands] = operatorOf(node);
  if (operator === 'Value') return operands === wanted ? 'always' : 'never';
  const flag = FLAGS[nameOf(node) ?? ''];
  if (flag !== undefined) return flag[wanted ? 0 : 1];
  if (!isNode(operands)) return asWritten(node, wanted);
  if (operator === '!') return phraseOf(operands['arg'], !wanted);
  if (operator === '&&' || operator === '||') return joined(operator, node, wanted);
  return relation(operator, operands, wanted) ?? asWritten(node, wanted);
}

function asWritten(node: Node, wanted: boolean): string {
  if (hasRoundedNumber(node)) return UNTOLD;
  return `\`${printExpression(node)}\` ${wanted ? 'holds' : 'does not hold'}`;
}

/** Flattens `a && b && c` into one list, however it is nested; a negated `all` becomes `any` of the opposites. */
function joined(operator: '&&' | '||', node: Node, wanted: boolean): Phrase {
  const join = (operator === '&&') === wanted ? 'all' : 'any';
  const parts = sidesOf(operator, node).map((side) => phraseOf(side, wanted));
  return {
    join,
    parts: parts.flatMap((part) => (typeof part === 'object' && part.join === join ? part.parts : [part])),
  };
}

function sidesOf(operator: string, node: unknown): readonly unknown[] {
  const operands = isNode(node) ? node[operator] : undefined;
  if (!isNode(operands)) return [node];
  return [operands['left'], operands['right']].flatMap((side) => sidesOf(operator, side));
}

function relation(operator: string, { left, right, arg, attr }: Node, wanted: boolean): string | undefined {
  switch (operator) {
    case '==':
      return equal(left, right, wanted);
    case '!=':
      return equal(left, right, !wanted);
    case 'has':
      return stated(NOUNS[`${nameOf(left) ?? ''}.${[attr].flat().join('.')}`], wanted);
    case 'contains':
      return contains(left, right, wanted);
    case 'containsAny':
      return holds(left, several(right, 'at least one of', 'and'), wanted);
    case 'containsAll':
      return holds(left, several(right, 'all of', 'and'), wanted);
    case 'isEmpty':
      return empty(SET_PHRASES[nameOf(left ?? arg) ?? ''], wanted);
    default:
      return undefined;
  }
}

/** Returns `resource.evaluation.source`, or `principal` alone; undefined for anything but a path from a variable. */
function nameOf(node: unknown): string | undefined {
  return pathOf(node)
    ?.filter((part) => part !== '')
    .join('.');
}

/** Returns the object of `is` or `include`: a word, or the name of another attribute. */
function valueOf(node: unknown): string | undefined {
  const literal = literalOf(node);
  return literal === undefined ? NOUNS[nameOf(node) ?? ''] : wordOf(literal);
}

function wordsOf(node: unknown): readonly string[] | undefined {
  return literalsOf(node)?.map(wordOf);
}

function equal(left: unknown, right: unknown, wanted: boolean): string | undefined {
  const [subject, value] = NOUNS[nameOf(left) ?? ''] === undefined ? [right, left] : [left, right];
  const [noun, word] = [NOUNS[nameOf(subject) ?? ''], valueOf(value)];
  if (noun !== undefined && word !== undefined) return `${noun} ${wanted ? 'is' : 'is not'} ${word}`;
  const phrases = SET_PHRASES[nameOf(left) ?? ''] ?? SET_PHRASES[nameOf(right) ?? ''];
  const words = wordsOf(right) ?? wordsOf(left);
  if (phrases === undefined || words === undefined) return undefined;
  if (words.length === 0) return empty(phrases, wanted);
  return `the ${phrases.noun} are ${wanted ? '' : 'not '}${listOf(words, 'and')}${wanted ? ' and nothing else' : ' alone'}`;
}

function stated(noun: string | undefined, wanted: boolean): string | undefined {
  return noun === undefined ? undefined : `${noun} is ${wanted ? '' : 'not '}stated`;
}

/**
 * Describes `[Kind::"red", …].contains(resource.kind)` by the kind, and `principal.groups.contains(…)` by the groups.
 */
function contains(left: unknown, right: unknown, wanted: boolean): string | undefined {
  const [words, noun] = [wordsOf(left), NOUNS[nameOf(right) ?? '']];
  if (words === undefined || noun === undefined) return holds(left, valueOf(right), wanted);
  if (wanted) return `${noun} is ${listOf(words, 'or')}`;
  return `${noun} is ${words.length === 1 ? 'not' : 'none of'} ${listOf(words, 'and')}`;
}

function holds(set: unknown, value: string | undefined, wanted: boolean): string | undefined {
  const phrases = SET_PHRASES[nameOf(set) ?? ''];
  return phrases === undefined || value === undefined
    ? undefined
    : `${wanted ? phrases.has : phrases.lacks} ${value}`;
}

function several(node: unknown, which: string, last: 'and' | 'or'): string | undefined {
  const words = wordsOf(node);
  if (words === undefined || words.length === 0) return undefined;
  return words.length === 1 ? listOf(words, last) : `${which} ${listOf(words, last)}`;
}

function empty(phrases: SetPhrases | undefined, wanted: boolean): string | undefined {
  return phrases === undefined ? undefined : `there are ${wanted ? 'no' : 'some'} ${phrases.noun}`;
}
