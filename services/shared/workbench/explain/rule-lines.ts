import type { Comparison, ShownValue } from './compare.js';
import type { ExaminedPart } from './conditions.js';
import type { ExaminedRule } from '../check/examine-rule.js';

/** One line about a rule, to be indented, marked, coloured and wrapped by who shows it. */
export interface Line {
  /** In steps. */
  readonly indent: number;
  readonly mark?: Mark;
  /** What the text begins with, to be seen first: an id. */
  readonly name?: string;
  readonly text: string;
  readonly tone: 'plain' | 'aside' | 'holds' | 'fails';
}

/** How a condition stands, readable without colour. */
type Mark = '✓' | '✗' | '!' | '·' | '?';

/** A rule in its own words, and what it rests on. */
export function ruleLines({ id, reason, article, obligation }: ExaminedRule): readonly Line[] {
  const rests = [article, obligation === undefined ? undefined : `obliges: ${obligation}`];
  const aside = rests.filter((each) => each !== undefined).join(' · ');
  return [
    { indent: 0, name: id, text: `${id}: ${reason}`, tone: 'plain' },
    ...(aside === '' ? [] : [{ indent: 1, text: aside, tone: 'aside' as const }]),
  ];
}

/** The same with every condition of the rule, and the values that were compared. */
export function ruleWithConditions(rule: ExaminedRule): readonly Line[] {
  return [...ruleLines(rule), ...rule.conditions.flatMap((condition) => linesOf(condition, 1))];
}

/** Without colour, for a file. */
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
  // As it stands in the rule, for who would change it.
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

/** A condition that compares one value is told by it; another one as it is written, with every value in it. */
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

/** The variables of a rule as a person calls them: the recipient, and the notice that all this is about. */
function inWords(text: string): string {
  return text
    .replaceAll(/\bprincipal\.id\b/g, 'the recipient')
    .replaceAll(/\bprincipal\.(\w+)/g, '$1 of the recipient')
    .replaceAll(/\b(?:resource|context)\.([\w.]+)/g, '$1')
    .replace(/^true$/, 'yes')
    .replace(/^false$/, 'no');
}
