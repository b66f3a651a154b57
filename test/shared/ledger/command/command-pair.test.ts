import { expect, test } from 'vitest';
import { isOtherPerson } from '../../../../services/shared/ledger/command/command-pair.js';
import { SKEW_S } from '../../../../services/shared/trust/jws.js';

const DAY_S = 86_400;
const at = (person: string, accepted: number) => ({ person, accepted });

test.each([
  { after: 0, carriesOut: true },
  { after: DAY_S, carriesOut: true },
  { after: DAY_S + 1, carriesOut: false },
  // Accepted by another router, whose clock is behind.
  { after: -SKEW_S, carriesOut: true },
  { after: -SKEW_S - 1, carriesOut: false },
])('recall: a second command accepted $after s after the first carries it out: $carriesOut', (row) => {
  const first = at('A. Example', 2 * DAY_S);
  expect(isOtherPerson(first, at('B. Example', 2 * DAY_S + row.after))).toBe(row.carriesOut);
  expect(isOtherPerson(first, at('A. Example', 2 * DAY_S + row.after))).toBe(false);
});
