/** A token of Cedar in a text that may be unfinished. Offsets count UTF-16 units. */
export interface TextToken {
  readonly kind: 'comment' | 'string' | 'word' | 'symbol';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// A string ends with its line, so that an unfinished one does not swallow the rest of the file.
const TOKEN = /\/\/[^\n]*|"(?:[^"\\\n]|\\[^\n])*"?|[A-Za-z_]\w*|\d+|::|[=!<>]=|&&|\|\||[^\s]/g;

/** Splits a text into tokens, comments included. */
export function textTokens(text: string): readonly TextToken[] {
  return Array.from(text.matchAll(TOKEN), ({ 0: token, index }) => ({
    kind: kindOf(token),
    text: token,
    start: index,
    end: index + token.length,
  }));
}

function kindOf(token: string): TextToken['kind'] {
  if (token.startsWith('//')) return 'comment';
  if (token.startsWith('"')) return 'string';
  return /^\w/.test(token) ? 'word' : 'symbol';
}

/** True for a string whose closing quote is missing. */
export function isOpenString({ kind, text }: TextToken): boolean {
  return kind === 'string' && !/^"(?:[^"\\]|\\.)*"$/.test(text);
}

/** Returns the tokens of the rule that the last token belongs to: those after the last `;`. Comments are left out. */
export function ruleTokens(tokens: readonly TextToken[]): readonly TextToken[] {
  const start = tokens.findLastIndex(({ kind, text }) => kind === 'symbol' && text === ';');
  return tokens.slice(start + 1).filter(({ kind }) => kind !== 'comment');
}

/** Returns the index of the bracket that the closing bracket at `index` closes; -1 if there is none. */
export function openingBracket(tokens: readonly TextToken[], index: number): number {
  let depth = 0;
  for (let at = index; at >= 0; at -= 1) {
    const token = tokens[at];
    if (token?.kind !== 'symbol') continue;
    if (')]}'.includes(token.text)) depth += 1;
    if ('([{'.includes(token.text)) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

/** Returns the indices of the brackets that are open at the end, outermost first. */
export function openBrackets(tokens: readonly TextToken[]): readonly number[] {
  const open: number[] = [];
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== 'symbol') return;
    if ('([{'.includes(text)) open.push(index);
    if (')]}'.includes(text)) open.pop();
  });
  return open;
}
