import { describe, expect, test } from 'vitest';
import { rule } from '../../policy/folder.js';
import { meaningOf } from './lint.js';

const RECEIVE = 'principal, action == Action::"receive", resource';
const red = 'resource.kind == Kind::"red"';
const redOrBlue = '[Kind::"red", Kind::"blue"].contains(resource.kind)';
const inExport = (...rules: readonly string[]): readonly string[] =>
  meaningOf('alfa/export.cedar', rules.join(''));

describe('shadow lint: a rule that another one makes redundant is shadowed', () => {
  test('a permit by a wider permit, whichever comes first', () => {
    const [narrow, wide] = [
      rule(`permit (${RECEIVE}) when { ${red} };`, 'narrow'),
      rule(`permit (${RECEIVE}) when { ${redOrBlue} };`, 'wide'),
    ];
    const says = (line: number): string =>
      `shadowed ${line === 1 ? 1 : 4} \`narrow\` opens nothing: wherever it permits, \`wide\` permits (alfa/export.cedar:${line === 1 ? 4 : 1}:1)`;
    expect(inExport(narrow, wide)).toEqual([says(1)]);
    expect(inExport(wide, narrow)).toEqual([says(4)]);
  });

  test('a permit by a forbid', () => {
    const text = [
      rule(`permit (${RECEIVE}) when { ${red} };`, 'in-vain'),
      rule(`forbid (${RECEIVE}) when { ${redOrBlue} };`, 'wall'),
    ];
    expect(inExport(...text)).toEqual([
      'shadowed 1 `in-vain` opens nothing: wherever it permits, `wall` forbids (alfa/export.cedar:4:1)',
    ]);
  });

  test('a forbid by a wider forbid', () => {
    const text = [
      rule(`forbid (${RECEIVE}) when { ${redOrBlue} };`, 'wall'),
      rule(`forbid (${RECEIVE}) when { ${red} && resource.minor };`, 'brick'),
    ];
    expect(inExport(...text)).toEqual([
      'shadowed 4 `brick` closes nothing: wherever it forbids, `wall` forbids (alfa/export.cedar:1:1)',
    ]);
  });

  test('the later one of two equal rules in different words', () => {
    const text = [
      rule(`permit (${RECEIVE}) when { !(resource.minor || ${red}) };`, 'first'),
      rule(`permit (${RECEIVE}) when { resource.kind != Kind::"red" } unless { resource.minor };`, 'again'),
    ];
    expect(inExport(...text)).toEqual([
      'shadowed 4 `again` opens nothing: wherever it permits, `first` permits (alfa/export.cedar:1:1)',
    ]);
  });

  test('a rule that requires consent by one that tests it', () => {
    const text = [
      rule(`permit (${RECEIVE}) when { resource.consents.contains(principal.id) && ${red} };`, 'narrow'),
      rule(`permit (${RECEIVE}) unless { resource.consents.isEmpty() };`, 'wide'),
    ];
    expect(inExport(...text)[0]).toMatch(/^shadowed 1 `narrow` /);
  });
});

describe('shadow lint: a rule that changes decisions is not shadowed', () => {
  test.each([
    [
      'overlapping only',
      `permit (${RECEIVE}) when { ${redOrBlue} };`,
      `permit (${RECEIVE}) when { ${red} || resource.minor };`,
    ],
    [
      'for another permission',
      `permit (principal, action == Action::"disclose", resource) when { ${red} };`,
      `permit (${RECEIVE}) when { ${redOrBlue} };`,
    ],
    [
      'for one permission more',
      `permit (principal, action, resource) when { ${red} };`,
      `permit (${RECEIVE}) when { ${redOrBlue} };`,
    ],
    [
      'narrower than the forbid that it meets',
      `permit (${RECEIVE}) when { ${redOrBlue} };`,
      `forbid (${RECEIVE}) when { ${red} };`,
    ],
    [
      'alike only between the present members',
      `permit (${RECEIVE}) when { principal.id == OrgId::"charlie" };`,
      `permit (${RECEIVE}) when { principal.groups.contains(Group::"south") };`,
    ],
  ])('%s', (_, one, other) => {
    expect(inExport(rule(one, 'one'), rule(other, 'other'))).toEqual([]);
  });

  test('a permit with an obligation of its own', () => {
    const text = [
      rule(`@obligation("x") permit (${RECEIVE}) when { ${red} };`, 'narrow'),
      rule(`permit (${RECEIVE}) when { ${redOrBlue} };`, 'wide'),
    ];
    expect(inExport(...text)).toEqual([]);
  });
});
