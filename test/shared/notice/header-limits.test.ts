import { expect, test } from 'vitest';
import { headerLimits } from '../../../services/shared/notice/header-limits.js';

test('limits of a kind: its words, and none for an attribute that it never has', () => {
  expect(headerLimits('red').words['personStatus']).toEqual(['wanted', 'convicted']);
  expect(headerLimits('purple').words['personStatus']).toEqual([]);
  expect(headerLimits('red').words['tlp']).toBeUndefined();
});

test('limits of a kind: only a UN special notice has no handling codes', () => {
  expect(headerLimits('un-special').codesEmpty).toBe(true);
  expect(headerLimits('red').codesEmpty).toBe(false);
});
