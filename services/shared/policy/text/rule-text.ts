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

/** Converts an offset in UTF-8 bytes, as Cedar counts, to UTF-16 units, as editors count. */
export function unitsOf(text: string, bytes: number): number {
  return Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8').length;
}
