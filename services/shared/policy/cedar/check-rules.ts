import { didYouMean } from '../../kernel/nearest.js';
import { type Literal, literalsIn } from '../expression.js';
import { ruleFaultIn, type PlacedRule, type RuleFault, type RuleFile, readRules } from '../rule.js';
import { lineAndColumn } from '../rule-text.js';
import { openTypesOf, type Schema, vocabularyOf } from '../schema.js';
import { validateRules } from './cedar.js';
import { isUnknownEnumerated } from './cedar-messages.js';

/** The rules of a file that parse, and all its faults in the order of the file. */
export interface CheckedFile {
  readonly rules: readonly PlacedRule[];
  readonly faults: readonly RuleFault[];
}

/** Parses one file of rules and checks it against the schema. Every fault is returned; never throws. */
export function checkRules(file: RuleFile, schema: Schema): CheckedFile {
  const { rules, faults } = readRules(file, schema);
  const found = [...faults, ...literalFaults(file, rules, schema), ...validationFaults(file, rules, schema)];
  return { rules, faults: found.toSorted((a, b) => byPlace(a.path, b.path)) };
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
  return rules.flatMap((rule) => {
    const wrong = literalsIn(rule.json).flatMap((literal) => {
      const fault = faultOf(literal, open, vocabularyOf(schema, literal.type));
      return fault === undefined ? [] : [{ ...fault, path: placeOfLiteral(file, rule, literal) }];
    });
    return [...new Map(wrong.map((fault) => [`${fault.path} ${fault.message}`, fault])).values()];
  });
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

function placeOfLiteral(file: RuleFile, rule: PlacedRule, literal: Literal): string {
  const at = rule.text.search(new RegExp(`${literal.type}\\s*::\\s*${escaped(JSON.stringify(literal.id))}`));
  return `${file.path}:${lineAndColumn(file.text, rule.start + Math.max(at, 0))}`;
}

/**
 * Returns what Cedar's validator finds, in no fixed order. Rules are keyed by position, as ids may be missing or
 * repeated.
 */
function validationFaults(
  file: RuleFile,
  rules: readonly PlacedRule[],
  schema: Schema,
): readonly RuleFault[] {
  const staticPolicies = Object.fromEntries(rules.map((rule, index) => [`rule${index}`, rule.text]));
  const answer = validateRules({ schema, policies: { staticPolicies } });
  if (answer.type === 'failure') {
    // Cedar gave up on all of them: each alone shows which rule it cannot read.
    if (rules.length > 1) return rules.flatMap((rule) => validationFaults(file, [rule], schema));
    return rules.flatMap((rule) => answer.errors.map((error) => ruleFaultIn(file, rule, error)));
  }
  return answer.validationErrors.flatMap(({ policyId, error }) => {
    const rule = rules[Number(policyId.slice('rule'.length))];
    // `literalFaults` reports these words with the nearest right one.
    if (rule === undefined || isUnknownEnumerated(error)) return [];
    return [ruleFaultIn(file, rule, error)];
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
