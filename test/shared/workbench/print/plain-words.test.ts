import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import { type Phrase, phraseOf, UNTOLD } from '../../../../services/shared/workbench/print/plain-words.js';
import { load } from '../../../policies/sample.js';

function bodyOf(condition: string): unknown {
  const answer = policyToJson(`permit (principal, action, resource) when { ${condition} };`);
  return answer.type === 'success' ? answer.json.conditions[0]?.body : expect.fail(condition);
}

const wordsOf = (condition: string): Phrase => phraseOf(bodyOf(condition));

describe('plain words of a condition', () => {
  test.each([
    ['resource.kind == Kind::"red"', 'the kind of the notice is red'],
    ['resource.kind != Kind::"un-special"', 'the kind of the notice is not UN special'],
    ['OrgId::"europol" == principal.id', 'the recipient is europol'],
    ['resource.originator == principal.id', 'the originator is the recipient'],
    ['resource.minor', 'the person is a minor'],
    ['!resource.minor', 'the person is not a minor'],
    ['!(!(resource.minor))', 'the person is a minor'],
    ['resource has personStatus', 'the status of the person is stated'],
    ['!(resource has personStatus)', 'the status of the person is not stated'],
    ['resource.breakGlass == BreakGlass::"threat-to-life"', 'the reason of break-glass is threat-to-life'],
    [
      '[Kind::"red", Kind::"blue", Kind::"green"].contains(resource.kind)',
      'the kind of the notice is red, blue or green',
    ],
    [
      '![Kind::"red", Kind::"blue"].contains(resource.kind)',
      'the kind of the notice is none of red and blue',
    ],
    ['![Section::"modusOperandi"].contains(context.section)', 'the section is not modus operandi'],
    ['principal.agreements.contains(OrgId::"europol")', 'the recipient has an agreement with europol'],
    [
      '!principal.agreements.contains(resource.originator)',
      'the recipient has no agreement with the originator',
    ],
    [
      'principal.accreditedFor.contains(resource.classification)',
      'the recipient is accredited for the classification of the notice',
    ],
    ['resource.consents.contains(principal.id)', "the originator's consent is recorded for the recipient"],
    [
      'resource.crimeAreas.containsAny([CrimeArea::"terrorism", CrimeArea::"cybercrime"])',
      'the crime areas include at least one of terrorism and cybercrime',
    ],
    [
      'resource.countries.containsAll([Country::"FR", Country::"DE"])',
      'the countries concerned include all of FR and DE',
    ],
    ['!resource.codes.containsAny([HandlingCode::"H2"])', 'the handling codes do not include H2'],
    ['resource.codes.isEmpty()', 'there are no handling codes'],
    ['!resource.codes.isEmpty()', 'there are some handling codes'],
    ['resource.codes == []', 'there are no handling codes'],
    ['resource.crimeAreas == [CrimeArea::"other"]', 'the crime areas are other and nothing else'],
    ['resource.crimeAreas != [CrimeArea::"other"]', 'the crime areas are not other alone'],
    ['resource.evaluation.source == Source::"X"', 'the evaluation of the source is X (cannot be assessed)'],
    ['true', 'always'],
    ['!true', 'never'],
  ])('%s: %s', (condition, words) => expect(wordsOf(condition)).toBe(words));

  test('a construct without plain words is told by its text, unless JSON rounds a number in it', () => {
    expect(wordsOf('if resource.minor then true else false')).toBe(
      '`if resource.minor then true else false` holds',
    );
    expect(wordsOf('!(ip("::1").isLoopback())')).toBe('`ip("::1").isLoopback()` does not hold');
    expect(wordsOf('9223372036854775807 + 1 == 0')).toBe(UNTOLD);
  });

  test('`and` and `or` are kept, and a negated `and` is any of the opposites', () => {
    const parts = [
      'the person is a minor',
      'the TLP marking is red',
      'the audience of the notice is all members',
    ];
    const [a, b, c] = [
      'resource.minor',
      'resource.tlp == Tlp::"red"',
      'resource.audience == Audience::"all"',
    ];
    expect(wordsOf(`${a} && (${b} && ${c})`)).toEqual({ join: 'all', parts });
    expect(wordsOf(`${a} && (${b} || ${c})`)).toEqual({
      join: 'all',
      parts: [parts[0], { join: 'any', parts: parts.slice(1) }],
    });
    expect(wordsOf(`!(${a} && ${b})`)).toEqual({
      join: 'any',
      parts: ['the person is not a minor', 'the TLP marking is not red'],
    });
    expect(wordsOf(`!(${a} || !(${b} && ${c}))`)).toEqual({
      join: 'all',
      parts: ['the person is not a minor', ...parts.slice(1)],
    });
  });

  test('every condition of the shipped rules has plain words', () => {
    const untold = [...load().rules.values()].filter(({ json }) =>
      json.conditions.some(({ body }) => /`|only the text/.test(JSON.stringify(phraseOf(body)))),
    );
    expect(untold.map(({ id }) => id)).toEqual([]);
  });
});
