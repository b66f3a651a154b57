import type { OrgId } from '../../kernel/ids.js';
import { checkRules } from '../../policy/cedar/check-rules.js';
import { readText } from '../../kernel/read-text.js';
import { type PlacedRule, type RuleFault, readRules } from '../../policy/rule.js';
import { duplicateIds, ruleFiles } from '../../policy/load/rule-files.js';
import { splitRules } from '../../policy/text/rule-text.js';
import type { Schema } from '../../policy/schema.js';
import { type Finding, findingOf, parsePlace, unreadable } from './finding.js';
import { lintCedarOnly } from './lint-cedar-only.js';
import { lintHas } from './lint-has.js';
import type { LintedSet } from './lint-rules.js';
import { lintWriting } from './lint-writing.js';

/** The rules of all sets, and what keeps the router from loading them. */
export interface CheckedSets {
  /** Every rule that parses. */
  readonly rules: readonly PlacedRule[];
  /** True when every rule parses and has an id, and no set is empty. */
  readonly isWhole: boolean;
  /** The sets with the rules that fit the schema; empty without a schema. */
  readonly sets: readonly LintedSet[];
  readonly findings: readonly Finding[];
}

/** Checks the rules of these members as the router would on loading them. Without a schema, rules are only parsed. */
export function checkSets(
  folder: string,
  members: readonly OrgId[],
  schema: Schema | undefined,
): CheckedSets {
  const files = ruleFiles(members).map(({ path, ...set }) => {
    const read = readText(folder, path);
    const file = { path, text: read.type === 'text' ? read.text : '' };
    const { rules, faults, warnings } =
      schema === undefined ? { ...readRules(file), warnings: [] } : checkRules(file, schema);
    const warned = warnings.map((warning) => findingOf('cedar', warning));
    const absent = schema === undefined ? [] : lintHas({ file, rules }, schema);
    const isEmpty = rules.length + faults.length === 0;
    const none = 'fault' in read ? unreadable(read) : isEmpty ? [noRules(path)] : [];
    return {
      ...set,
      file,
      rules,
      none,
      findings: [...faults.map(findingOfFault), ...warned, ...absent, ...lintWriting(file, rules), ...none],
    };
  });
  const rules = files.flatMap((file) => file.rules);
  const pieces = files.flatMap(({ file }) => splitRules(file.text));
  const isRead = pieces.length === rules.length && files.every(({ none }) => none.length === 0);
  const sets = files
    .filter(() => schema !== undefined)
    .map(({ findings, ...set }) => ({ ...set, rules: set.rules.filter(fits(findings)) }));
  return {
    rules,
    isWhole: isRead && rules.every(({ id }) => id !== ''),
    sets,
    findings: [
      ...files.flatMap((file) => file.findings),
      ...sets.flatMap(lintCedarOnly),
      ...duplicateIds(rules).map(findingOfFault),
    ],
  };
}

/** The code of a fault is the name of its lint. */
const findingOfFault = (fault: RuleFault): Finding => findingOf(fault.code, fault);

const noRules = (path: string): Finding => findingOf('no-rules', { path, message: 'no rules' });

const MISFITS: readonly Finding['lint'][] = ['invalid', 'unknown-word', 'open-literal'];

/** True for rules that can be linted: those that fit the schema and have an id. */
function fits(findings: readonly Finding[]): (rule: PlacedRule) => boolean {
  const misfits = findings.filter(({ lint }) => MISFITS.includes(lint));
  return (rule) => rule.id !== '' && !misfits.some(isAbout(rule));
}

/** True for a finding whose place is in the text of the rule. */
export function isAbout({ place, text }: PlacedRule): (finding: Finding) => boolean {
  const { path, line: first } = parsePlace(place);
  const last = first + text.split('\n').length - 1;
  return (finding) => finding.path === path && finding.line >= first && finding.line <= last;
}
