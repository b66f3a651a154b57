import { expect, test } from 'vitest';
import { isMissing } from '../../../services/gateway/inclusion/missing-rule.js';

test.each([
  [59_999, { isDenied: true, isSilent: true }, false],
  [60_000, { isDenied: false, isSilent: false }, false],
  [60_000, { isDenied: true, isSilent: false }, true],
  [60_000, { isDenied: false, isSilent: true }, true],
])(
  'gateway: a record that was waited for %i of 60,000 ms, with %o, is missing: %s',
  (waitedMs, said, missing) => {
    expect(isMissing({ waitedMs, ...said, owedMs: 60_000 })).toBe(missing);
  },
);
