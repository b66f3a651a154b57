import { describe, expect, test } from 'vitest';
import { describeAt } from '../../../../services/shared/workbench/complete/describe.js';
import { vocabulary } from './vocabulary.js';

const RULE = `@id("a-1") // resource.kind
@obligation("x")
forbid (principal, action == Action::"disclose", resource)
when {
  resource.evaluation.source == Source::"C" && principal.groups.containsAny([Group::"sea"]) &&
  resource has personStatus && Country::"XX" == Country::"FR"
};`;

/** Describes the place of the mark `|` in the rule. */
function at(found: string): string {
  const offset = RULE.indexOf(found.replace('|', '')) + found.indexOf('|');
  const described = describeAt(RULE, offset, vocabulary());
  return described === undefined ? '' : `${described.code} – ${described.about}`;
}

describe('description of a word of a rule', () => {
  test.each([
    ['resource.evaluation.so|urce', 'resource.evaluation.source: Source – the evaluation of the source'],
    ['resource.eval|uation', 'resource.evaluation: { information, source } – '],
    ['has perso|nStatus', 'resource.personStatus: PersonStatus – the status of the person'],
    ['principal.gro|ups', 'principal.groups: Set<Group> – groups of the recipient'],
    ['contain|sAny(', '.containsAny – has at least one of these words'],
    ['Source::"|C"', 'Source::"C" – C (mostly unreliable)'],
    ['Country::"|XX"', 'Country::"XX" – not in the vocabulary'],
    ['So|urce::"C"', 'entity Source enum – A, B, C, X'],
    ['Action::"disc|lose"', 'Action::"disclose" – may the recipient have this section?'],
    ['(princ|ipal,', 'principal: Organisation – the recipient'],
    ['@oblig|ation', '@obligation – what the recipient takes on when this permit opened something'],
    [' &|& principal', '&& – and'],
    ['// resource.k|ind', ''],
    ['"a|-1"', ''],
  ])('%s', (place, wanted) => {
    expect(at(place)).toBe(wanted);
  });
});
