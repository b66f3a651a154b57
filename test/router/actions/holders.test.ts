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
    ['include a recipient with a revision on its way', [allowed(1)], [], true],
    [
      'include a recipient with a revision on its way that answered an action with `not-held`',
      [allowed(1)],
      [answered(2, 'not-held')],
      true,
    ],
    ['include a recipient that signed that it holds a revision', [allowed(1, 'held')], [], true],
    [
      'include a recipient that kept its copy for a reason',
      [allowed(1, 'held')],
      [answered(2, 'kept', 'digest')],
      true,
    ],
    [
      'include a recipient that erased only sections',
      [allowed(1, 'held')],
      [answered(2, 'destroyed', 'digest')],
      true,
    ],
    [
      'include a recipient that got a later revision after it erased the notice',
      [allowed(1, 'held'), allowed(3, 'held')],
      [answered(2, 'destroyed')],
      true,
    ],
    [
      'leave out a recipient that erased the whole notice',
      [allowed(1, 'held')],
      [answered(2, 'destroyed')],
      false,
    ],
    [
      'leave out a recipient that holds nothing, with nothing on its way',
      [allowed(1, 'held')],
      [answered(2, 'not-held')],
      false,
    ],
    [
      'leave out a recipient that rejected every revision',
      [allowed(1, 'rejected'), allowed(2, 'not-held')],
      [],
      false,
    ],
    ['leave out a recipient whose copy expired', [allowed(1, 'destroyed')], [], false],
  ] as const)('%s', (...[, revisions, answers, isHolder]) => {
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
