import { describe, expect, test } from 'vitest';
import { createPolicy } from '../../../../services/shared/policy/plan.js';
import { measureCoverage, percentOf } from '../../../../services/shared/workbench/cases/coverage.js';
import { attributes, rule } from '../../policy/folder.js';
import { workspaceOfRules } from '../workspace-of-rules.js';

/** Only Cedar evaluates it. */
const BY_CEDAR = 'ip("::1").isInRange(if resource.minor then ip("::1") else ip("::2"))';
const RULES = {
  red: 'when { resource.kind == Kind::"red" }',
  two: 'when { resource.minor && resource.kind == Kind::"red" }',
  either: 'when { resource.minor || resource.kind == Kind::"red" }',
  except: 'unless { resource.minor }',
  cedar: `when { ${BY_CEDAR} }`,
};
const texts = Object.entries(RULES).map(([id, conditions]) =>
  rule(`permit (principal, action, resource) ${conditions};`, id),
);
const workspace = workspaceOfRules({ 'alfa/export.cedar': texts.join('') });

/** Returns the gaps in one export rule of alfa that notices from alfa leave. */
function gapsOf(id: keyof typeof RULES, ...notices: readonly Partial<typeof attributes>[]): unknown {
  const { engine, report } = measureCoverage(workspace);
  for (const notice of notices)
    createPolicy({ ...workspace, engine }).decide({
      attributes: { ...attributes, ...notice },
      sections: ['media'],
    });
  return report()
    .gaps.filter(({ rule: of }) => of === id)
    .map((gap) => (gap.type === 'rule' ? 'never applied' : [gap.condition, ...gap.missing]));
}

describe('coverage of a rule', () => {
  test('one that never applied is a gap, and so are the values that its conditions never had', () => {
    expect(gapsOf('red', { kind: 'blue' })).toEqual([
      'never applied',
      ['resource.kind == Kind::"red"', true],
    ]);
  });

  test('one that applied, and once did not, is covered', () => {
    expect(gapsOf('red', { kind: 'red' }, { kind: 'blue' })).toEqual([]);
  });

  test('one that was never asked is not covered', () => {
    expect(gapsOf('red')).toEqual(['never applied', ['resource.kind == Kind::"red"', true, false]]);
  });
});

describe('coverage of a condition', () => {
  test('one behind a failing condition is not evaluated, and so not covered', () => {
    expect(gapsOf('two', { minor: false, kind: 'blue' }, { minor: true })).toEqual([
      ['resource.kind == Kind::"red"', false],
    ]);
    expect(
      gapsOf('two', { minor: false, kind: 'blue' }, { minor: true }, { minor: true, kind: 'blue' }),
    ).toEqual([]);
  });

  test('each operand of an `or` is covered by itself', () => {
    expect(gapsOf('either', { minor: true })).toEqual([
      ['resource.minor', false],
      ['resource.kind == Kind::"red"', true, false],
    ]);
  });

  test('a condition of an `unless` counts as what must hold', () => {
    expect(gapsOf('except', { minor: false })).toEqual([['!resource.minor', false]]);
  });

  test('one that only Cedar evaluates is covered by the values that Cedar gives it', () => {
    expect(gapsOf('cedar', { minor: false })).toEqual(['never applied', [BY_CEDAR, true]]);
    expect(gapsOf('cedar', { minor: false }, { minor: true })).toEqual([]);
  });

  test('a question with a word in no vocabulary covers neither value', () => {
    expect(gapsOf('red', { kind: 'rde' as 'red' })).toEqual([
      'never applied',
      ['resource.kind == Kind::"red"', true, false],
    ]);
  });
});

test('coverage: the figures count the rules and conditions of every set', () => {
  const { rules, conditions } = measureCoverage(workspace).report();
  expect(rules).toEqual({ covered: 0, total: 5 + 6 });
  expect(conditions).toEqual({ covered: 0, total: 7 });
});

test('coverage: the instrumented engine gives the same answers', () => {
  const asked = { attributes: { ...attributes, minor: true }, sections: ['media'] as const };
  const measuring = createPolicy({ ...workspace, engine: measureCoverage(workspace).engine });
  expect(measuring.decide(asked)).toEqual(createPolicy(workspace).decide(asked));
});

test('coverage: only a full cover is 100 per cent, and a total of 0 is fully covered', () => {
  expect(percentOf({ covered: 9999, total: 10_000 })).toBe(99.9);
  expect(percentOf({ covered: 3, total: 3 })).toBe(100);
  expect(percentOf({ covered: 0, total: 0 })).toBe(100);
});
