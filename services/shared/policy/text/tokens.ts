/** A word, string, number or sign of a text in Cedar's languages, with its offset in UTF-16 units. */
export interface Token {
  readonly text: string;
  readonly start: number;
}

// A comment, a string (its escapes skipped), a word or number, a sign of two characters, or one other character.
const TOKEN = /\/\/[^\n]*|"(?:[^"\\]|\\[\s\S])*"|\w+|::|&&|\|\||[=!<>]=|[^\s"]/g;

/** Yields the tokens of rules or of a schema in order; comments are left out, an unclosed string is skipped. */
export function* tokensIn(text: string): Generator<Token> {
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (!token.startsWith('//')) yield { text: token, start: index };
  }
}
