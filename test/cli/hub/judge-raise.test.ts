import { describe, expect, test } from 'vitest';
import { judgeRaise } from '../../../services/cli/hub/judge-raise.js';

const speakers = (...contracts: readonly (number | null)[]) =>
  contracts.map((contract, index) => ({ name: `speaker-${index}`, contract }));

describe('the contract of the hub', () => {
  test('does not rise while all speak only the present one', () => {
    expect(judgeRaise(1, speakers(1, 1, 1))).toEqual({ type: 'nothing' });
  });

  test('rises to the newest that all speak', () => {
    expect(judgeRaise(1, speakers(2, 2, 2))).toEqual({ type: 'raise', to: 2 });
    expect(judgeRaise(1, speakers(4, 3, 5))).toEqual({ type: 'raise', to: 3 });
  });

  test('does not rise while one does not speak the next one or does not answer: each is named', () => {
    expect(judgeRaise(1, speakers(2, 1, 3, null))).toEqual({
      type: 'lacking',
      to: 2,
      lacking: [
        { name: 'speaker-1', contract: 1 },
        { name: 'speaker-3', contract: null },
      ],
    });
    expect(judgeRaise(1, speakers(1, null))).toMatchObject({ to: 1, lacking: [{ contract: null }] });
  });

  test('is not lowered for a speaker of an older one, which is named', () => {
    expect(judgeRaise(2, speakers(2, 1))).toMatchObject({
      type: 'lacking',
      to: 2,
      lacking: [{ contract: 1 }],
    });
  });
});
