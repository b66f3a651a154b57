import { type Token, tokensIn } from './tokens.js';

/**
 * The most brackets that may be open at once in a rule or a schema. Cedar's stack holds twice as many levels, even when
 * its WebAssembly is optimised and its frames are therefore largest.
 */
const MAX_NESTING = 30;

/** In Cedar's form of a rule a chain of operators is as deep as it is long: `most` is half of what Cedar's stack holds. */
const CHAINS: readonly { readonly of: readonly string[]; readonly most: number }[] = [
  { of: ['&&', '||'], most: 150 },
  { of: ['if'], most: 50 },
  { of: ['+', '-', '*'], most: 50 },
];
/** The most dots and indexes in one operand. */
const MAX_MEMBERS_OF_OPERAND = 50;
const MEMBERS = ['.', '['];
const BETWEEN_OPERANDS = [',', '&&', '||', '==', '!=', '<', '<=', '>', '>=', 'in', 'then', 'else'];

/** What is too deep in a text, with its offset in UTF-16 units. */
export interface TooDeep {
  readonly start: number;
  readonly message: string;
}

/** Returns where a rule is nested or chained too deeply for a parser that recurses; undefined when it is not. */
export function tooDeepRule(text: string): TooDeep | undefined {
  const tokens = [...tokensIn(text)];
  for (const { of, most } of CHAINS) {
    const excess = tokens.filter((token) => of.includes(token.text))[most];
    if (excess === undefined) continue;
    const names = of.map((name) => `\`${name}\``).join(', ');
    return { start: excess.start, message: `more than ${most} of ${names} in one rule: split it` };
  }
  return tooManyMembers(tokens) ?? tooDeep(tokens, '([{', ')]}');
}

/** Returns where a schema is nested too deeply; `Set<Set<…>>` counts as nesting. */
export function tooDeepSchema(text: string): TooDeep | undefined {
  return tooDeep(tokensIn(text), '([{<', ')]}>');
}

function tooManyMembers(tokens: readonly Token[]): TooDeep | undefined {
  let members = 0;
  for (const { text, start } of tokens) {
    if (BETWEEN_OPERANDS.includes(text)) members = 0;
    if (MEMBERS.includes(text)) members += 1;
    if (members > MAX_MEMBERS_OF_OPERAND)
      return { start, message: `more than ${MAX_MEMBERS_OF_OPERAND} dots in one operand` };
  }
  return undefined;
}

function tooDeep(tokens: Iterable<Token>, opening: string, closing: string): TooDeep | undefined {
  let depth = 0;
  for (const { text: token, start } of tokens) {
    if (opening.includes(token)) depth += 1;
    if (closing.includes(token)) depth -= 1;
    if (depth > MAX_NESTING) return { start, message: `nested more than ${MAX_NESTING} levels deep` };
  }
  return undefined;
}
