import { expect, test } from 'vitest';
import { floodAuditor } from './flood-auditor.js';

test('auditor: eight callers that ask for the largest page without a pause take little memory, and others are answered', {
  tags: ['long'],
}, async () => {
  const { aboveMiB, pages, otherP90 } = await floodAuditor({ ms: 4_000, entries: 400 });
  expect(pages).toBeGreaterThan(0);
  expect(aboveMiB).toBeLessThan(150);
  // Any of the three questions that waits for the pages takes many seconds (docs/benchmarks.md has figures).
  expect(otherP90).toBeLessThan(3_000);
});
