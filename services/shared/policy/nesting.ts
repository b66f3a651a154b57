import { tokensIn } from './tokens.js';

/** The most brackets that may be open at once in a rule or a schema: somewhat above this Cedar's parser breaks. */
const MAX_NESTING = 100;
/** The most operators, dots and `if`s of one rule: a longer chain is nested as deep in Cedar's own form. */
const MAX_OPERATORS = 1000;

/** What is too deep in a text, with its offset in UTF-16 units. */
export interface TooDeep {
  readonly start: number;
  readonly message: string;
}

const OPERATORS = new Set(['.', '&&', '||', '+', '-', '*', '!', 'if', 'has', 'is', 'like', '[']);

/** Returns where a rule is nested or chained too deeply for a parser that recurses; undefined when it is not. */
export function tooDeepRule(text: string): TooDeep | undefined {
  let operators = 0;
  for (const { text: token, start } of tokensIn(text)) {
    if (OPERATORS.has(token)) operators += 1;
    if (operators > MAX_OPERATORS)
      return { start, message: `more than ${MAX_OPERATORS} operators in one rule: split it` };
  }
  return tooDeep(text, '([{', ')]}');
}

/** Returns where a schema is nested too deeply; `Set<Set<…>>` counts as nesting. */
export function tooDeepSchema(text: string): TooDeep | undefined {
  return tooDeep(text, '([{<', ')]}>');
}

function tooDeep(text: string, opening: string, closing: string): TooDeep | undefined {
  let depth = 0;
  for (const { text: token, start } of tokensIn(text)) {
    if (opening.includes(token)) depth += 1;
    if (closing.includes(token)) depth -= 1;
    if (depth > MAX_NESTING) return { start, message: `nested more than ${MAX_NESTING} levels deep` };
  }
  return undefined;
}
