/** A word, string, number or sign of a text in Cedar's languages, with its offset in UTF-16 units. */
export interface Token {
  readonly text: string;
  readonly start: number;
}

// A comment, a string (its escapes skipped), a word or number, a sign of two characters, or one other character.
const TOKEN = /\/\/[^\n]*|"(?:[^"\\]|\\[\s\S])*("|\\?$)|\w+|::|&&|\|\||[=!<>]=|[^\s"]/g;
/** After an unclosed string, whose later quotes are all escaped: each of them would be read to the end of the text again. */
const TOKEN_WITHOUT_STRINGS = /\/\/[^\n]*|\w+|::|&&|\|\||[=!<>]=|[^\s"]/g;

/** Yields the tokens of rules or of a schema in order; comments are left out, an unclosed string is skipped. */
export function* tokensIn(text: string): Generator<Token> {
  let pattern = TOKEN;
  for (let at = 0; ; ) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return;
    const { 0: token, 1: end, index } = found;
    const isUnclosed = end !== undefined && end !== '"';
    at = isUnclosed ? index + 1 : index + token.length;
    if (isUnclosed) pattern = TOKEN_WITHOUT_STRINGS;
    else if (!token.startsWith('//')) yield { text: token, start: index };
  }
}
