import { describe, expect, test } from 'vitest';
import { type Expectation, parseCases } from '../../../../services/shared/workbench/cases/case-file.js';
import { createCaseRunner } from '../../../../services/shared/workbench/cases/cases.js';
import { explainFailure } from '../../../../services/shared/workbench/cases/explain-failure.js';
import { rule } from '../../policy/folder.js';
import { workspaceOfRules } from '../workspace-of-rules.js';

const workspace = workspaceOfRules({
  'alfa/export.cedar': [
    rule(
      '@obligation("keep") permit (principal, action == Action::"receive", resource) when { resource.kind == Kind::"red" };',
      'red',
    ),
    rule(
      'permit (principal, action == Action::"disclose", resource) when { context.section == Section::"identity" && principal.groups.contains(Group::"sea") };',
      'identity-sea',
    ),
    rule(
      'permit (principal, action == Action::"disclose", resource) when { context.section == Section::"media" };',
      'media',
    ),
    rule(
      'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"media" && resource.minor };',
      'no-media',
    ),
    rule(
      'permit (principal, action == Action::"advertise", resource) when { principal.groups.contains(Group::"sea") };',
      'told',
    ),
  ].join(''),
});
const header = {
  kind: 'red',
  purpose: 'arrest',
  personStatus: 'wanted',
  minor: false,
  crimeAreas: [],
  countries: [],
  classification: 'basic',
  addressees: 'all',
  handling: { codes: [], evaluation: { source: 'A', information: '1' }, tlp: 'green' },
};

/** Returns why a case with this expectation of bravo or charlie fails: each cause with its rules. */
function causes(expect_: Readonly<Record<string, Expectation>>, over: object = {}, layer = 'export') {
  const written = [
    { name: 'n', from: 'alfa', notice: 'red', layer, expect: { others: 'delivered', ...expect_ } },
  ];
  const notices = { red: { example: 'red', header: over } };
  const file = parseCases('alfa/cases.yaml', JSON.stringify({ notices, cases: written }));
  const example = () => ({ header, sections: { identity: {}, media: {} } });
  const run = createCaseRunner('alfa', { ...workspace, example });
  return run(file.cases[0]!, file)
    .failures.flatMap((failure) =>
      failure.type === 'recipient' && failure.recipient in expect_ ? explainFailure(workspace, failure) : [],
    )
    .map(({ says, rules }) => [says, ...rules.map(({ id }) => id)]);
}

describe('case failure: it is explained', () => {
  test('by the nearest permit when a section is missing', () => {
    expect(causes({ charlie: 'delivered' })).toEqual([
      ['identity: no permit of alfa/export applies, the nearest', 'identity-sea'],
    ]);
  });

  test('by the nearest permits when the notice is missing', () => {
    expect(causes({ bravo: 'delivered' }, { kind: 'blue', purpose: 'locate-person' })).toEqual([
      ['the notice: no permit of alfa/export applies, the nearest', 'red'],
    ]);
  });

  test('by the forbid that closes a section', () => {
    expect(causes({ bravo: 'delivered' }, { minor: true })).toEqual([
      ['media: closed by alfa/export', 'no-media'],
    ]);
  });

  test('by the permit that opens too much, and the nearest forbid', () => {
    expect(causes({ bravo: { sections: ['identity'] } })).toEqual([
      ['media: open by alfa/export', 'media'],
      ['media: no forbid of alfa/export applies, the nearest', 'no-media'],
    ]);
    expect(causes({ bravo: 'deny' })).toEqual([['the notice: open by alfa/export', 'red']]);
  });

  test('by the permit that advertises a section that should stay hidden', () => {
    const sections = ['identity'];
    expect(causes({ bravo: { sections, advertised: [] } }, { minor: true })).toEqual([
      ['media: announced by alfa/export', 'told'],
    ]);
  });

  test('by a rule that was named and did not decide, and one that decided and was not named', () => {
    const sections = ['identity', 'media'];
    expect(causes({ bravo: { sections, rules: ['red', 'media', 'no-media'] } })).toEqual([
      ['`no-media` was expected to decide and did not', 'no-media'],
      ['`identity-sea` decided and was not expected to', 'identity-sea'],
    ]);
    expect(causes({ bravo: { deny: ['no-such'] } }).at(-1)).toEqual([
      '`no-such` was expected to decide and did not, and there is no such rule',
    ]);
  });

  test('by the rules that carry a missing or unexpected obligation', () => {
    const sections = ['identity', 'media'];
    expect(causes({ bravo: { sections, obligations: ['kept'] } })).toEqual([
      ['the obligation `keep` was not expected', 'red'],
      ['the obligation `kept` is missing'],
    ]);
  });

  test('by nothing more when no rule was asked', () => {
    expect(causes({ bravo: 'delivered' }, { excluded: ['bravo'] })).toEqual([]);
  });
});
