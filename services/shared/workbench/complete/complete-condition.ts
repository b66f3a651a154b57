import { type Completion, named, withCaret } from './completion.js';
import { memberType, METHODS, own, typeEndingAt, VARIABLES } from './expression-type.js';
import { openBrackets, type TextToken } from './tokens.js';
import type { ValueType, Vocabulary } from './vocabulary.js';

/** The binary operators, each with its meaning in plain words. */
export const OPERATORS = {
  '==': 'is the same as',
  '!=': 'is not the same as',
  '&&': 'and',
  '||': 'or',
  has: 'has the attribute',
  in: 'is or belongs to',
  is: 'is of the type',
  like: 'matches the pattern, in which * is any text',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
} as const;

/** Keywords of an expression, each with its meaning in plain words. */
export const EXPRESSION_WORDS = { if: 'if … then … else …', true: 'always', false: 'never' } as const;

/** The tokens after which an operand is expected. */
const BEFORE_OPERAND = /^(?:[{([,!+*:<>-]|&&|\|\||[=!<>]=|in|if|then|else)$/;

/** Returns what may follow the tokens of a rule inside the braces of a condition. */
export function completeCondition(
  tokens: readonly TextToken[],
  vocabulary: Vocabulary,
): readonly Completion[] {
  const last = tokens.at(-1);
  if (last === undefined) return [];
  if (last.text === 'is')
    return Object.keys(vocabulary.entities).map((type) => named(type, 'type', 'entity type'));
  const isOperand = last.kind === 'string' || !BEFORE_OPERAND.test(last.text);
  return isOperand ? operatorItems() : operandItems(tokens, vocabulary);
}

function operatorItems(): readonly Completion[] {
  return Object.entries(OPERATORS).map(([operator, about]) => {
    return { ...named(operator, 'keyword', 'operator'), about };
  });
}

/**
 * Returns operands: first literals of the type that the place expects, then everything else that begins an
 * expression.
 */
function operandItems(tokens: readonly TextToken[], vocabulary: Vocabulary): readonly Completion[] {
  const expected = expectedType(tokens, vocabulary);
  const literals = expected?.form === 'entity' ? literalItems(expected.type, vocabulary) : [];
  const types = Object.keys(vocabulary.words).map((type) =>
    withCaret(named(type, 'type', 'vocabulary'), `${type}::""`, 1),
  );
  const words = Object.entries(EXPRESSION_WORDS).map(([word, about]) => {
    return { ...named(word, 'keyword', 'keyword'), about };
  });
  return [...literals, ...VARIABLES.map((name) => named(name, 'variable', 'variable')), ...types, ...words];
}

/** Returns the type that an operand should have here; undefined when it may have any. */
function expectedType(tokens: readonly TextToken[], vocabulary: Vocabulary): ValueType | undefined {
  const at = tokens.length - 1;
  const last = tokens[at]?.text ?? '';
  if (last === '==' || last === '!=') return typeEndingAt(tokens, at - 1, vocabulary);
  const opening = openBrackets(tokens).at(-1) ?? -1;
  if (tokens[opening]?.text === '[') return memberType(tokens, opening, vocabulary);
  const isArgument = opening === at && tokens[at - 1]?.text === 'contains' && tokens[at - 2]?.text === '.';
  const set = isArgument ? typeEndingAt(tokens, at - 3, vocabulary) : undefined;
  return set?.form === 'set' ? set.of : undefined;
}

function literalItems(type: string, vocabulary: Vocabulary): readonly Completion[] {
  return wordItems(type, vocabulary).map(({ label, ...word }) => {
    const literal = `${type}::${JSON.stringify(label)}`;
    return { ...word, label: literal, insert: literal };
  });
}

/** Returns the words of an enumerated type, or the names of the actions. */
export function wordItems(type: string, { words, actions }: Vocabulary): readonly Completion[] {
  const known = type === 'Action' ? Object.keys(actions) : (own(words, type) ?? []);
  return known.map((word) => named(word, 'word', type));
}

/** Every word that has a meaning of its own in a condition, for the colours of an editor. */
export const CONDITION_WORDS: readonly string[] = [
  ...Object.keys(OPERATORS).filter((operator) => /^\w/.test(operator)),
  ...Object.keys(EXPRESSION_WORDS),
  'then',
  'else',
  ...Object.keys(METHODS),
];
