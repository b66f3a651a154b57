import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { CONDITION_WORDS } from '../../../shared/workbench/complete/complete-condition.js';
import { HEAD_WORDS } from '../../../shared/workbench/complete/complete-head.js';
import { METHODS, VARIABLES } from '../../../shared/workbench/complete/expression-type.js';

const KEYWORDS: ReadonlySet<string> = new Set([...Object.keys(HEAD_WORDS), ...CONDITION_WORDS]);
const VARIABLE_NAMES: ReadonlySet<string> = new Set([...VARIABLES, 'action']);

/** Cedar by its tokens: the names of tags for the parts that are coloured. */
const cedar = StreamLanguage.define<object>({
  name: 'cedar',
  startState: () => ({}),
  token: (stream) => {
    if (stream.eatSpace()) return null;
    if (stream.match('//')) return toEnd(stream);
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^@\s*\w+/)) return 'annotation';
    if (stream.match(/^[A-Za-z_]\w*(?=\s*::)/)) return 'typeName';
    if (stream.match(/^\.\s*\w+/)) return isMethod(stream.current()) ? 'keyword' : 'propertyName';
    if (stream.match(/^[A-Za-z_]\w*/)) return wordTag(stream.current());
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: '//' }, closeBrackets: { brackets: ['(', '[', '{', '"'] } },
});

function toEnd(stream: StringStream): string {
  stream.skipToEnd();
  return 'comment';
}

function isMethod(text: string): boolean {
  return Object.hasOwn(METHODS, text.slice(1).trim());
}

function wordTag(word: string): string | null {
  if (VARIABLE_NAMES.has(word)) return 'variableName';
  return KEYWORDS.has(word) ? 'keyword' : null;
}

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: tags.annotation, color: 'var(--part)' },
  { tag: tags.typeName, color: 'var(--accent)' },
  { tag: tags.propertyName, color: 'var(--text)' },
  { tag: tags.variableName, color: 'var(--text)', fontStyle: 'italic' },
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
]);

/** The colours of Cedar, from the variables of the page's theme, so that they follow light and dark. */
export const cedarColours: Extension = [cedar, syntaxHighlighting(colours)];
