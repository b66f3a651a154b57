import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestFederation } from '../../support/federation.js';
import { exampleDraft } from '../../support/notices.js';

/** Submits an example of a kind for an organisation, waits for every receipt, and resolves to the id of the notice. */
export async function settleNotice(
  { home, cli }: TestFederation,
  { org, kind }: { readonly org: string; readonly kind: string },
): Promise<string> {
  const file = join(home.root, '..', 'draft.json');
  writeFileSync(file, JSON.stringify(exampleDraft(kind)));
  const done = await cli('notice', 'submit', file, '--org', org, '--wait', '90s', '--json');
  expect(done.code, done.stderr).toBe(0);
  return String(done.records[0]?.['id']);
}
