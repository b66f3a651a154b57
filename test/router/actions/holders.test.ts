import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AllowedRevision,
  type AnsweredAction,
  holdersFrom,
} from '../../../services/router/actions/holders.js';

const allowed = (number: number, said?: string, recipient = 'interpol'): AllowedRevision => {
  return { recipient, number, said };
};
const answered = (number: number, type: string, after: string | null = null): AnsweredAction => {
  return { recipient: 'interpol', number, type, after };
};

describe('the holders of a notice', () => {
  test.each([
    ['a revision is on its way', [allowed(1)], [], true],
    ['a revision is on its way after it answered an action', [allowed(1)], [answered(2, 'not-held')], true],
    ['it signed that it holds it', [allowed(1, 'held')], [], true],
    ['it kept its copy for a reason', [allowed(1, 'held')], [answered(2, 'kept', 'digest')], true],
    ['only sections were erased', [allowed(1, 'held')], [answered(2, 'destroyed', 'digest')], true],
    [
      'a later revision came after it erased',
      [allowed(1, 'held'), allowed(3, 'held')],
      [answered(2, 'destroyed')],
      true,
    ],
    ['it erased the whole', [allowed(1, 'held')], [answered(2, 'destroyed')], false],
    ['it holds nothing, and nothing is on its way', [allowed(1, 'held')], [answered(2, 'not-held')], false],
    ['it rejected every revision', [allowed(1, 'rejected'), allowed(2, 'not-held')], [], false],
    ['its copy expired', [allowed(1, 'destroyed')], [], false],
  ] as const)('include a recipient, or not, when %s', (...[, revisions, answers, isHolder]) => {
    expect(holdersFrom(revisions, answers)).toEqual(isHolder ? ['interpol'] : []);
  });

  test('property: do not depend on the order of the facts', () => {
    const revision = fc.record({
      recipient: fc.constantFrom('interpol', 'eurojust', 'frontex'),
      number: fc.nat(6),
      said: fc.constantFrom(undefined, 'held', 'kept', 'rejected', 'not-held', 'destroyed', 'superseded'),
    });
    const answer = fc.record({
      recipient: fc.constantFrom('interpol', 'eurojust', 'frontex'),
      number: fc.nat(6),
      type: fc.constantFrom('destroyed', 'kept', 'not-held', 'held'),
      after: fc.constantFrom(null, 'digest'),
    });
    fc.assert(
      fc.property(fc.array(revision), fc.array(answer), (revisions, answers) => {
        const holders = holdersFrom(revisions, answers);
        expect(holdersFrom(revisions.toReversed(), answers.toReversed())).toEqual(holders);
      }),
    );
  });
});
