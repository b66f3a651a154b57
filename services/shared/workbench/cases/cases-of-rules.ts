import { isCode } from '../../kernel/errors.js';
import { readYaml } from '../../kernel/yaml-file.js';
import { type CaseFile, type Expectation, parseCases } from './case-file.js';

/** A rule that a case expects to decide, and where the case names it. */
export interface RuleNamedByCase {
  readonly rule: string;
  /** The name of the case. */
  readonly name: string;
  /** `europol/cases.yaml:12:5`. */
  readonly place: string;
}

/**
 * Returns every place in the text of a `cases.yaml` that names a rule; empty for a file that does not parse.
 */
export function rulesNamedByCases(path: string, text: string): readonly RuleNamedByCase[] {
  const file = parsed(path, text);
  if (file === undefined) return [];
  const yaml = readYaml(path, text);
  return file.cases.flatMap(({ name, expect }, index) =>
    Object.entries(expect).flatMap(([recipient, expectation]) => {
      const [field, rules] = rulesIn(expectation);
      return rules.map((rule, at) => {
        return { rule, name, place: yaml.placeOf(['cases', index, 'expect', recipient, field, at]) };
      });
    }),
  );
}

function parsed(path: string, text: string): CaseFile | undefined {
  try {
    return parseCases(path, text);
  } catch (thrown) {
    if (!isCode(thrown, 'policy-invalid')) throw thrown;
    return undefined;
  }
}

function rulesIn(expectation: Expectation): readonly [field: string, rules: readonly string[]] {
  if (typeof expectation === 'string' || 'because' in expectation) return ['', []];
  return 'deny' in expectation ? ['deny', expectation.deny] : ['rules', expectation.rules ?? []];
}
