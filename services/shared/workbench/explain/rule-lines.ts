import type { Comparison, ShownValue } from './compare.js';
import type { ExaminedPart } from './conditions.js';
import type { ExaminedRule } from '../check/examine-rule.js';

/** One line about a rule. Its caller indents, marks, colours and wraps it. */
export interface Line {
  /** In steps of two spaces. */
  readonly indent: number;
  readonly mark?: Mark;
  /** The id that the text begins with, to be emphasised. */
  readonly name?: string;
  readonly text: string;
  readonly tone: 'plain' | 'aside' | 'holds' | 'fails';
}

/** Whether a condition holds, readable without colour. */
type Mark = '✓' | '✗' | '!' | '·' | '?';

/** Returns the id, reason, article and obligation of a rule. */
export function ruleLines({ id, reason, article, obligation }: ExaminedRule): readonly Line[] {
  const rests = [article, obligation === undefined ? undefined : `obliges: ${obligation}`];
  const aside = rests.filter((each) => each !== undefined).join(' · ');
  return [
    { indent: 0, name: id, text: `${id}: ${reason}`, tone: 'plain' },
    ...(aside === '' ? [] : [{ indent: 1, text: aside, tone: 'aside' as const }]),
  ];
}

/** Returns the same, with every condition of the rule and the values it compared. */
export function ruleWithConditions(rule: ExaminedRule): readonly Line[] {
  return [...ruleLines(rule), ...conditionLines(rule.conditions, 1)];
}

/** Returns conditions with the values that each compares, beginning at an indent. */
export function conditionLines(conditions: readonly ExaminedPart[], indent: number): readonly Line[] {
  return conditions.flatMap((condition) => linesOf(condition, indent));
}

/** Returns the lines as text without colour. */
export function plainText(lines: readonly Line[]): string {
  return lines
    .map(({ indent, mark, text }) => `${'  '.repeat(indent)}${mark === undefined ? '' : `${mark} `}${text}`)
    .join('\n');
}

const ASIDE = { error: ' (cannot be evaluated)', unasked: ' (not asked)', unknown: ' (only Cedar can tell)' };

function linesOf(part: ExaminedPart, indent: number): readonly Line[] {
  const { text, holds, join, parts, compared } = part;
  const aside = typeof holds === 'string' ? ASIDE[holds] : '';
  const words = join === undefined ? comparedWords(text, compared) : `${join} of these`;
  const line: Line = { indent, mark: markOf(holds), text: `${words}${aside}`, tone: toneOf(holds) };
  if (join !== undefined) return [line, ...parts.flatMap((each) => linesOf(each, indent + 1))];
  // The Cedar text, for an author who wants to change it.
  const written: Line = { indent: indent + 1, text, tone: 'aside' };
  return holds === true || words === text ? [line] : [line, written];
}

function markOf(holds: ExaminedPart['holds']): Mark {
  switch (holds) {
    case true:
      return '✓';
    case false:
      return '✗';
    case 'error':
      return '!';
    case 'unasked':
      return '·';
    case 'unknown':
      return '?';
  }
}

function toneOf(holds: ExaminedPart['holds']): Line['tone'] {
  return holds === true ? 'holds' : holds === 'unasked' ? 'aside' : 'fails';
}

/** Describes a condition by the one value it compares; else as it is written, with every value in it. */
function comparedWords(text: string, compared: readonly Comparison[]): string {
  const [only, ...others] = compared;
  if (only === undefined) return text;
  if (only.wanted === undefined || others.length > 0)
    return `${text}, where ${compared.map(valueWords).join('; ')}`;
  const wanted = inWords(only.wanted);
  return wanted === shownWords(only.is) ? valueWords(only) : `${valueWords(only)}; required: ${wanted}`;
}

function valueWords({ what, is }: Comparison): string {
  return `${inWords(what)}: ${shownWords(is)}`;
}

function shownWords(value: ShownValue): string {
  if (value === null) return 'not given';
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}

/** Replaces the variables of a rule: `principal` by the recipient; the notice is left out, as the text is about it. */
function inWords(text: string): string {
  return text
    .replaceAll(/\bprincipal\.id\b/g, 'the recipient')
    .replaceAll(/\bprincipal\.(\w+)/g, '$1 of the recipient')
    .replaceAll(/\b(?:resource|context)\.([\w.]+)/g, '$1')
    .replace(/^true$/, 'yes')
    .replace(/^false$/, 'no');
}
