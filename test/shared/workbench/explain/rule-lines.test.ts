import { describe, expect, test } from 'vitest';
import { createExamineRule } from '../../../../services/shared/workbench/check/examine-rule.js';
import { plainText, ruleWithConditions } from '../../../../services/shared/workbench/explain/rule-lines.js';
import { attributes, bravo, facts, rule } from '../../policy/folder.js';
import { workspaceOfRules } from '../workspace-of-rules.js';

const SHOWN: readonly (readonly [condition: string, line: string])[] = [
  ['resource.kind == Kind::"red"', '✓ kind: red'],
  ['Kind::"red" == resource.kind', '✓ kind: red'],
  ['resource.kind != Kind::"blue"', '✓ kind: red; required: not blue'],
  ['!resource.minor', '✓ minor: no'],
  ['resource has personStatus', '✓ personStatus: wanted; required: any'],
  ['resource.codes.isEmpty()', '✓ codes: none'],
  ['[Kind::"red", Kind::"blue"].contains(resource.kind)', '✓ kind: red; required: one of blue, red'],
  ['principal.groups.contains(Group::"sea")', '✓ groups of the recipient: north, sea; required: with sea'],
  [
    'resource.crimeAreas.containsAny([CrimeArea::"terrorism"])',
    '✓ crimeAreas: cybercrime, terrorism; required: any of terrorism',
  ],
  ['resource.countries.containsAll([Country::"FR"])', '✓ countries: DE, FR; required: all of FR'],
  [
    '[Country::"FR", Country::"DE"].containsAll(resource.countries)',
    '✓ countries: DE, FR; required: only of DE, FR',
  ],
  [
    'principal.agreements.contains(resource.originator)',
    '✓ agreements of the recipient: alfa; required: with alfa (originator)',
  ],
  ['!resource.consents.contains(principal.id)', '✓ consents: none; required: without bravo (the recipient)'],
  ['resource.evaluation.source == Source::"A"', '✓ evaluation.source: A'],
  ['context.section == Section::"media"', '✓ section: media'],
  [
    'if resource.minor then true else resource.kind == Kind::"red"',
    '✓ if resource.minor then true else resource.kind == Kind::"red", where minor: no; kind: red',
  ],
];
const FAILING = {
  'fails-when': 'when { principal.groups.contains(Group::"south") }',
  'fails-unless': 'unless { resource.kind == Kind::"red" }',
  joined: 'when { resource.minor || resource.kind == Kind::"red" }',
};
const rules = [
  ...SHOWN.map(([condition], index) => [`told-${index}`, `when { ${condition} }`] as const),
  ...Object.entries(FAILING),
].map(([id, conditions]) =>
  rule(`permit (principal, action == Action::"disclose", resource) ${conditions};`, id),
);
const workspace = workspaceOfRules({
  'alfa/export.cedar': rules.join(''),
  'alfa/import.cedar':
    '@id("whole") @reason("because") @article("Art. 1") @obligation("keep") permit (principal, action, resource);',
});
const examine = createExamineRule(workspace);

/** Returns the lines of a rule, for the section `media` of a notice from alfa for bravo. */
function linesOf(id: string): readonly string[] {
  const recipient = facts.organisations.get(bravo)!;
  const question = { permission: 'disclose', recipient, notice: attributes, section: 'media' } as const;
  return plainText(ruleWithConditions(examine(workspace.sets.rules.get(id)!, question))).split('\n');
}

describe('lines of a rule: a condition is shown with the values it compares', () => {
  test.each(SHOWN.map((row, index) => [...row, index] as const))('%s', (_, line, index) => {
    expect(linesOf(`told-${index}`).slice(1)).toEqual([`  ${line}`]);
  });

  test('a failing condition is followed by its Cedar text', () => {
    expect(linesOf('fails-when').slice(1)).toEqual([
      '  ✗ groups of the recipient: north, sea; required: with south',
      '    principal.groups.contains(Group::"south")',
    ]);
    expect(linesOf('fails-unless').slice(1)).toEqual([
      '  ✗ kind: red; required: not red',
      '    unless resource.kind == Kind::"red"',
    ]);
  });

  test('parts are indented below what joins them', () => {
    expect(linesOf('joined').slice(1)).toEqual([
      '  ✓ any of these',
      '    ✗ minor: no; required: yes',
      '      resource.minor',
      '    ✓ kind: red',
    ]);
  });
});

test('lines of a rule: they give its reason, article and obligation', () => {
  expect(linesOf('whole')).toEqual(['whole: because', '  Art. 1 · obliges: keep']);
});
