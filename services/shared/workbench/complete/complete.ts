import { ANNOTATIONS } from '../../policy/annotations.js';
import { FLAGS, NOUNS, SET_PHRASES } from '../print/plain-terms.js';
import { type Completion, type Completions, isSet, named, withCaret } from './completion.js';
import { completeCondition, wordItems } from './complete-condition.js';
import { completeHead } from './complete-head.js';
import { typesOfAttributes, METHODS, own, pathEndingAt, typeEndingAt } from './expression-type.js';
import { isOpenString, openBrackets, ruleTokens, type TextToken, textTokens } from './tokens.js';
import { typeText, type Vocabulary } from './vocabulary.js';

/** A longer rule gets no completions, which bounds the work of a key press. */
const MAX_TOKENS = 10_000;

/**
 * Returns the completions at `offset` (UTF-16 units) of a file of rules, from the tokens before it; undefined
 * where there are none, such as in a comment. The text may be unfinished. Pure, so that the language server
 * and the page of the console share it.
 */
export function complete(text: string, offset: number, vocabulary: Vocabulary): Completions | undefined {
  const all = textTokens(text.slice(0, offset));
  const last = all.at(-1);
  if (last?.kind === 'comment' && !text.slice(last.end, offset).includes('\n')) return undefined;
  const tokens = ruleTokens(all);
  if (tokens.length > MAX_TOKENS) return undefined;
  const end = offset + (/^\w*/.exec(text.slice(offset))?.[0].length ?? 0);
  const current = tokens.at(-1);
  if (current !== undefined && isOpenString(current))
    return inString({ text, offset, vocabulary }, tokens, current);
  const isWritten = current?.kind === 'word' && current.end === offset;
  const before = isWritten ? tokens.slice(0, -1) : tokens;
  const items = itemsAfter(before, vocabulary);
  return items.length === 0
    ? undefined
    : { from: isWritten ? current.start : offset, to: isWritten ? end : offset, items };
}

function itemsAfter(tokens: readonly TextToken[], vocabulary: Vocabulary): readonly Completion[] {
  const at = tokens.length - 1;
  const word = tokens[at - 1];
  switch (tokens[at]?.text) {
    case '@':
      return ANNOTATIONS.map((name) => withCaret(named(name, 'annotation', 'annotation'), `${name}("")`, 2));
    case '::':
      return word === undefined ? [] : wordItems(word.text, vocabulary).map(quoted);
    case '.':
      return membersOf(tokens, at - 1, vocabulary);
    case 'has':
      return attributeItems(tokens, at - 1, vocabulary);
    default: {
      const open = openBrackets(tokens).map((index) => tokens[index]?.text);
      return open.includes('{') ? completeCondition(tokens, vocabulary) : completeHead(tokens, vocabulary);
    }
  }
}

function quoted({ label, ...word }: Completion): Completion {
  return { ...word, label, insert: JSON.stringify(label) };
}

/** Returns what may follow the dot after the expression that ends at `index`. */
function membersOf(
  tokens: readonly TextToken[],
  index: number,
  vocabulary: Vocabulary,
): readonly Completion[] {
  if (!isSet(typeEndingAt(tokens, index, vocabulary))) return attributeItems(tokens, index, vocabulary);
  return Object.entries(METHODS).map(([name, about]) => {
    const method = { ...named(name, 'method', 'method of a set'), about };
    if (name === 'isEmpty') return { ...method, insert: `${name}()` };
    return name === 'contains' ? withCaret(method, `${name}()`, 1) : withCaret(method, `${name}([])`, 2);
  });
}

function attributeItems(
  tokens: readonly TextToken[],
  index: number,
  vocabulary: Vocabulary,
): readonly Completion[] {
  const type = typeEndingAt(tokens, index, vocabulary);
  if (type === undefined) return [];
  const path = pathEndingAt(tokens, index).join('.');
  return Object.entries(typesOfAttributes(type, vocabulary)).flatMap(([name, attribute]) => {
    if (attribute === undefined) return [];
    const detail = `${typeText(attribute.type)}${attribute.optional ? ', may be absent' : ''}`;
    const about = plainName(`${path}.${name}`);
    return [{ ...named(name, 'attribute', detail), ...(about === undefined ? {} : { about }) }];
  });
}

/** Returns the name of an attribute in the words of `policy doc`, by its path from a variable. */
export function plainName(path: string): string | undefined {
  return own(NOUNS, path) ?? own(SET_PHRASES, path)?.noun ?? own(FLAGS, path)?.[0];
}

interface Place {
  readonly text: string;
  readonly offset: number;
  readonly vocabulary: Vocabulary;
}

/** Completes the word of a literal, up to the closing quote where there is one, and the words of annotations. */
function inString(
  { text, offset, vocabulary }: Place,
  tokens: readonly TextToken[],
  { start }: TextToken,
): Completions | undefined {
  const [first, second, third] = tokens.slice(-4, -1);
  const items =
    third?.text === '::'
      ? wordItems(second?.text ?? '', vocabulary)
      : first?.text === '@' && second?.text === 'obligation'
        ? vocabulary.obligations.map((word) => named(word, 'word', 'obligation'))
        : [];
  if (items.length === 0) return undefined;
  const rest = /^[^"\n;)\]]*?(?=")/.exec(text.slice(offset))?.[0];
  const isClosed = rest !== undefined;
  return {
    from: start + 1,
    to: offset + (rest?.length ?? 0),
    items: items.map((item) => ({ ...item, insert: isClosed ? item.label : `${item.label}"` })),
  };
}
