import { expect } from 'vitest';
import type { Json } from './federation.js';

/**
 * Requires of the summary of a simulation that nothing was lost, repeated, unproved or leaked, and that each outcome occurred.
 * `about` is shown with a difference.
 */
export function expectLawful(summary: Json, about?: string): void {
  expect(summary, about).toMatchObject({ missing: 0, duplicates: 0, unverified: 0, withheldLeaks: 0 });
  for (const name of ['submitted', 'delivered', 'redacted', 'denied', 'refused'])
    expect(summary[name], name).toBeGreaterThan(0);
}
