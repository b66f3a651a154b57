import { expect, test } from 'vitest';
import { floodAuditor } from '../auditor/flood-auditor.js';

test('soak: eight callers that ask the auditor for the largest page for a minute: under 150 MiB, others answered in 100 ms', async () => {
  const figures = await floodAuditor({ ms: 60_000, entries: 1_000 });
  console.log(figures);
  expect(figures.aboveMiB).toBeLessThan(150);
  expect(figures.otherP99).toBeLessThan(100);
}, 300_000);
