import { lineAndColumn } from '../../kernel/line-and-column.js';
import { type Token, tokensIn } from './tokens.js';

/**
 * Returns where a schema declares something, as `line:col`: an entity type (`['entity', 'Notice']`), an action, an
 * attribute in it (`['entity', 'Notice', 'evaluation', 'source']`), or a word of a vocabulary. The beginning of the text
 * when it is not found.
 */
export function placeInSchema(text: string, path: readonly string[]): string {
  const [keyword, name, ...inside] = path;
  const declaration = declarationsIn([...tokensIn(text)]).find(
    ([first, ...rest]) =>
      first?.text === keyword && headOf(rest).some(({ text: each }) => isNamed(each, name)),
  );
  if (declaration === undefined) return '1:1';
  const [first] = declaration;
  const found =
    inside.length === 0 ? first : (findAttribute(declaration, inside) ?? findWord(declaration, inside[0]));
  return lineAndColumn(text, (found ?? first)?.start ?? 0);
}

/** Returns the tokens of each declaration, which ends with a semicolon. */
function declarationsIn(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === ';') found.push([]);
    else found.at(-1)?.push(token);
  }
  return found;
}

const HEAD_ENDS = ['{', '=', 'in', 'enum', 'appliesTo', 'tags'];

/** Returns the tokens that name what is declared: `entity A, B in [C] { … }` names A and B. */
function headOf(tokens: readonly Token[]): readonly Token[] {
  const end = tokens.findIndex(({ text }) => HEAD_ENDS.includes(text));
  return end === -1 ? tokens : tokens.slice(0, end);
}

function isNamed(token: string, name: string | undefined): boolean {
  return token === name || token === JSON.stringify(name);
}

/** Finds an attribute by the names of the records around it, each followed by `:` or `?`. */
function findAttribute(tokens: readonly Token[], path: readonly string[]): Token | undefined {
  let depth = 0;
  let matched = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text === '{') depth += 1;
    if (token.text === '}') depth -= 1;
    const isName = [':', '?'].includes(tokens[index + 1]?.text ?? '');
    if (!isName || depth !== matched + 1 || !isNamed(token.text, path[matched])) continue;
    matched += 1;
    if (matched === path.length) return token;
  }
  return undefined;
}

/** Returns where a vocabulary has a word. */
function findWord(tokens: readonly Token[], word: string | undefined): Token | undefined {
  return tokens.find(({ text }) => text === JSON.stringify(word));
}
