import { expect, test } from 'vitest';
import { createSeenNames } from '../../../../services/shared/workbench/replay/seen-names.js';

test('the filter of seen names knows every name that it was given, and takes few others for seen', () => {
  const seen = createSeenNames();
  const nameOf = (at: number): string => `europol 01900000-0000-7000-8000-${String(at).padStart(12, '0')}.1`;
  for (let at = 0; at < 100_000; at += 1) seen.add(nameOf(at));
  let wrong = 0;
  for (let at = 0; at < 100_000; at += 1) {
    expect(seen.mayHave(nameOf(at))).toBe(true);
    if (seen.mayHave(nameOf(at + 1_000_000))) wrong += 1;
  }
  expect(wrong).toBeLessThan(100);
});
