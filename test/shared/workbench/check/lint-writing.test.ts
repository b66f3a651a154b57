import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lintWriting } from '../../../../services/shared/workbench/check/lint-writing.js';
import { placeOf } from '../../../../services/shared/workbench/check/finding.js';
import { printExpression } from '../../../../services/shared/workbench/print/print-expression.js';
import { policyToJson } from '../../../../services/shared/policy/cedar/cedar.js';
import { readRules } from '../../../../services/shared/policy/rule.js';
import { rule } from '../../policy/folder.js';
import { check } from './lint.js';

const [minor, red, reviewed] = ['resource.minor', 'resource.kind == Kind::"red"', 'resource.reviewed'];

/** The column of the condition in the rule below. */
const START = 66;

/** Returns the findings about a rule with this condition, as `lint column message`; the column counts from the start of the condition. */
function slips(condition: string): readonly string[] {
  const text = rule(`permit (principal, action == Action::"receive", resource) when { ${condition} };`);
  const file = { path: 'alfa/export.cedar', text };
  return lintWriting(file, readRules(file).rules).map(({ lint, column }) => `${lint} ${column - START}`);
}

describe('policy check, on `&&` and `||` side by side', () => {
  test.each([
    [`${red} && ${minor} || ${reviewed}`, '||'],
    [`${minor} || ${red} && ${reviewed}`, '&&'],
    [`(${minor} || ${red} && ${reviewed}) && ${minor}`, '&&'],
    [`if ${minor} then ${red} else ${minor} || ${red} && ${minor}`, '&&'],
  ])('it is found once, at the second operator: %s', (condition, second) => {
    expect(slips(condition)).toEqual([`mixed-operators ${condition.indexOf(second)}`]);
  });

  test.each([
    `${red} && (${minor} || ${reviewed})`,
    `(${red} && ${minor}) || ${reviewed}`,
    `${red} && ${minor} && ${reviewed}`,
    `if ${red} && ${minor} then ${reviewed} || ${minor} else ${minor} && ${red}`,
    `[${red} && ${minor}, ${red} || ${minor}].contains(true)`,
    `resource.countries.contains(Country::"a && b || c") && ${minor} // a || b`,
  ])('brackets, other conditions, strings and comments are no finding: %s', (condition) => {
    expect(slips(condition.replace(/ \/\/ .*/, '\n // a || b\n'))).toEqual([]);
  });
});

describe('policy check, on a value twice in a set', () => {
  test.each([
    ['[Kind::"red", Kind::"blue", Kind::"red"].contains(resource.kind)', 'Kind::"red"'],
    ['[Kind::"red", Kind :: "red"].contains(resource.kind)', 'Kind::"red"'],
    ['principal.groups.containsAny([Group::"a", Group::"b", Group::"a"])', 'Group::"a"'],
    ['[[1, 1], [2]].contains([3])', '1'],
  ])('the second is found: %s', (condition) => {
    expect(slips(condition).map((slip) => slip.split(' ')[0])).toEqual(['repeated-word']);
  });

  test.each([
    '[Kind::"red", Kind::"blue"].contains(resource.kind) && [Kind::"red"].contains(resource.kind)',
    '[Kind::"red", Tlp::"red"].contains(resource.kind)',
    '[[1], [1, 2]].contains([1])',
    'resource["kind"] == resource["kind"]',
  ])('the same value in two sets is no finding: %s', (condition) => {
    expect(slips(condition)).toEqual([]);
  });
});

test('policy check: `@keep` suppresses a warning inside its rule, and `--strict` counts it without', () => {
  const written = `permit (principal, action, resource)\nwhen { ${red} && ${minor} || ${reviewed} };`;
  const found = (text: string): readonly string[] =>
    check({ 'alfa/export.cedar': text })
      .filter(({ path, lint }) => path === 'alfa/export.cedar' && lint === 'mixed-operators')
      .map((finding) => `${finding.severity} ${placeOf(finding)}`);
  expect(found(rule(written))).toEqual(['warning alfa/export.cedar:4:55']);
  expect(found(rule(`@keep("as agreed")\n${written}`))).toEqual([]);
});

test('a printed condition never has `&&` and `||` side by side, so that no printed rule of 50 folders is a finding', () => {
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(minor, red, reviewed, `!${minor}`),
      fc
        .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
        .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    ),
  }));
  const folder = fc.array(condition, { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(folder, (conditions) => {
      for (const text of conditions) {
        const answer = policyToJson(`permit (principal, action, resource) when { ${text} };`);
        if (answer.type === 'failure') throw new Error(text);
        expect(slips(printExpression(answer.json.conditions[0]?.body))).toEqual([]);
      }
    }),
    { numRuns: 50, seed: 26 },
  );
});
