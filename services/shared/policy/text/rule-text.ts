import { tokensIn } from './tokens.js';

/** One rule as written: its text from the first token to the semicolon, and its offset in the file. */
export interface RuleText {
  readonly text: string;
  /** The offset in UTF-16 units. */
  readonly start: number;
}

/**
 * Splits a file into rules. Cedar's own `policySetTextToParts` loses the places and sorts the names it gives by
 * position (policy0, policy1, policy10, policy2), so that a name points at another rule.
 */
export function splitRules(file: string): readonly RuleText[] {
  const rules: RuleText[] = [];
  let start: number | undefined;
  let end = 0;
  for (const token of tokensIn(file)) {
    start ??= token.start;
    end = token.start + token.text.length;
    if (token.text !== ';') continue;
    rules.push({ text: file.slice(start, end), start });
    start = undefined;
  }
  if (start !== undefined) rules.push({ text: file.slice(start, end), start });
  return rules;
}

/** The last text that was asked about, and where its lines begin: a file of many rules is asked about for each of them. */
let last: { readonly file: string; readonly starts: readonly number[] } = { file: '', starts: [0] };

/** Returns an offset in UTF-16 units as `line:col`, both from 1. */
export function lineAndColumn(file: string, offset: number): string {
  if (last.file !== file) last = { file, starts: lineStarts(file) };
  const { starts } = last;
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return `${low + 1}:${offset - (starts[low] ?? 0) + 1}`;
}

function lineStarts(file: string): readonly number[] {
  const starts = [0];
  for (let at = file.indexOf('\n'); at !== -1; at = file.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Converts an offset in UTF-8 bytes, as Cedar counts, to UTF-16 units, as editors count. */
export function unitsOf(text: string, bytes: number): number {
  return Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8').length;
}
