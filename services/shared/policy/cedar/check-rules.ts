import type { ValidationError } from '@cedar-policy/cedar-wasm/nodejs';
import { type BoundedMap, createBoundedMap } from '../../kernel/bounded-map.js';
import type { Detail } from '../../kernel/errors.js';
import { MAX_MEMBERS } from '../../kernel/ids.js';
import { didYouMean } from '../../kernel/nearest.js';
import type { Literal } from '../expression.js';
import { ruleFaultIn, type PlacedRule, type RuleFault, type RuleFile, readRules } from '../rule.js';
import { lineAndColumn } from '../../kernel/line-and-column.js';
import { openTypesOf, type Schema, vocabularyOf } from '../schema.js';
import { tokensIn } from '../text/tokens.js';
import { validateRules } from './cedar.js';
import { isUnknownEnumerated, ruleMessage } from './cedar-messages.js';

/** The rules of a file that parse, and all its faults in the order of the file. */
export interface CheckedFile {
  readonly rules: readonly PlacedRule[];
  readonly faults: readonly RuleFault[];
  /** What Cedar warns of: a rule that no question satisfies, letters that look like others. */
  readonly warnings: readonly Detail[];
}

/** How many schemas are kept: those of two versions. */
const MAX_SCHEMAS = 2;
/** How many files of each are kept: two of each member that a directory may have, and those of the federation. */
export const MAX_KEPT_FILES = 2 * MAX_MEMBERS + 1;
/** The longest text, in characters, of a file that is kept. */
const MAX_KEPT_TEXT = 64 * 1024;

/** The files that were checked last: by the text of their schema, then by path and text. */
const kept = createBoundedMap<BoundedMap<CheckedFile>>(MAX_SCHEMAS);
const schemaTexts = new WeakMap<Schema, string>();

/**
 * Parses one file of rules and checks it against the schema. Every fault is returned; never throws. The same text under the same schema
 * gives the same rules, so that results are kept: most files of two versions are the same.
 */
export function checkRules(file: RuleFile, schema: Schema): CheckedFile {
  const schemaText = schemaTexts.get(schema) ?? JSON.stringify(schema);
  schemaTexts.set(schema, schemaText);
  const files = kept.get(schemaText) ?? createBoundedMap<CheckedFile>(MAX_KEPT_FILES);
  kept.set(schemaText, files);
  const key = JSON.stringify([file.path, file.text]);
  const checked = files.get(key) ?? checkAnew(file, schema);
  if (file.text.length <= MAX_KEPT_TEXT) files.set(key, checked);
  return checked;
}

function checkAnew(file: RuleFile, schema: Schema): CheckedFile {
  const { rules, faults } = readRules(file, schema);
  const validated = validationFaults(file, rules, schema);
  const found = [...faults, ...literalFaults(file, rules, schema), ...validated.faults];
  return {
    rules,
    faults: found.toSorted((a, b) => byPlace(a.path, b.path)),
    warnings: validated.warnings.toSorted((a, b) => byPlace(a.path, b.path)),
  };
}

function byPlace(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/**
 * Finds literals of open types, which Cedar accepts although they can never be right (`principal ==
 * Organisation::"euorpol"` validates silently), and words missing from a vocabulary, with the nearest word, which Cedar
 * does not suggest.
 */
function literalFaults(file: RuleFile, rules: readonly PlacedRule[], schema: Schema): readonly RuleFault[] {
  const open = openTypesOf(schema);
  return rules.flatMap((rule) =>
    literalsInText(rule.text).flatMap(({ start, ...literal }) => {
      const fault = faultOf(literal, open, vocabularyOf(schema, literal.type));
      if (fault === undefined) return [];
      return [{ ...fault, path: `${file.path}:${lineAndColumn(file.text, rule.start + start)}` }];
    }),
  );
}

function faultOf(
  literal: Literal,
  open: readonly string[],
  words?: readonly string[],
): Omit<RuleFault, 'path'> | undefined {
  const written = `${literal.type}::"${literal.id}"`;
  if (open.includes(literal.type)) {
    const message = `\`${written}\` matches nothing, or anything, unchecked: compare \`principal.id\` with \`OrgId::"…"\``;
    return { code: 'open-literal', message };
  }
  if (words === undefined || words.includes(literal.id)) return undefined;
  const message = `\`${written}\` is not in the vocabulary${didYouMean(literal.id, words)}`;
  return { code: 'unknown-word', message };
}

/** Returns the literals of a rule as its text has them; strings in annotations and comments are not literals. */
function literalsInText(text: string): readonly (Literal & { readonly start: number })[] {
  const tokens = [...tokensIn(text)];
  return tokens.flatMap((token, index) => {
    const [type, colons] = [tokens[index - 2], tokens[index - 1]];
    if (type === undefined || colons?.text !== '::' || !token.text.startsWith('"')) return [];
    return [{ type: type.text, id: unescaped(token.text), start: type.start }];
  });
}

/** Returns the word in a string; one with an escape that only Cedar knows stays as written, and is in no vocabulary. */
function unescaped(written: string): string {
  try {
    return String(JSON.parse(written));
  } catch {
    return written.slice(1, -1);
  }
}

/**
 * Returns what Cedar's validator finds, in no fixed order. Rules are keyed by position, as ids may be missing or
 * repeated.
 */
function validationFaults(
  file: RuleFile,
  rules: readonly PlacedRule[],
  schema: Schema,
): Pick<CheckedFile, 'faults' | 'warnings'> {
  const staticPolicies = Object.fromEntries(rules.map((rule, index) => [`rule${index}`, rule.text]));
  const answer = validateRules({ schema, policies: { staticPolicies } });
  if (answer.type === 'failure') {
    // Cedar failed for the whole file: checking each rule alone shows which one it cannot read.
    if (rules.length > 1) {
      const each = rules.map((rule) => validationFaults(file, [rule], schema));
      return {
        faults: each.flatMap(({ faults }) => faults),
        warnings: each.flatMap(({ warnings }) => warnings),
      };
    }
    const faults = rules.flatMap((rule) => answer.errors.map((error) => ruleFaultIn(file, rule, error)));
    return { faults, warnings: [] };
  }
  const placed = (found: readonly ValidationError[]): readonly RuleFault[] =>
    found.flatMap(({ policyId, error }) => {
      const rule = rules[Number(policyId.slice('rule'.length))];
      return rule === undefined ? [] : [ruleFaultIn(file, rule, error)];
    });
  const other = answer.otherWarnings.map((error) => ({ path: file.path, message: ruleMessage(error) }));
  return {
    // `literalFaults` reports these words with the nearest right one.
    faults: placed(answer.validationErrors.filter(({ error }) => !isUnknownEnumerated(error))),
    warnings: [...placed(answer.validationWarnings), ...other],
  };
}
