import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecipientRow } from '../../../services/cli/notice/notice-table.js';
import type { PreviewResult } from '../../../services/cli/notice/preview-table.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { createInventor } from '../../../services/simulator/invent.js';
import { startFederation, type TestFederation } from '../../support/federation.js';
import { localSystems } from '../../support/notices.js';

const NOTICES = 200;

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation();
});
afterAll(() => federation.close());

type Said = readonly (readonly [org: string, outcome: string, sections: readonly string[]])[];

const saidByPreview = ({ recipients }: PreviewResult): Said =>
  recipients.map(({ org, outcome, sections }) => [
    org,
    outcome,
    Object.entries(sections)
      .filter(([, { effect }]) => effect === 'disclose')
      .map(([section]) => section)
      .toSorted(),
  ]);

const saidByReport = (recipients: readonly RecipientRow[]): Said =>
  recipients.map(({ org, outcome, sections }) => [org, outcome, sections.toSorted()]);

const byOrg = (said: Said): Said => said.toSorted(([a], [b]) => (a < b ? -1 : 1));

describe('notice preview', () => {
  test.each([
    ['red', 'europol'],
    ['green', 'interpol'],
    ['orange', 'gccpol'],
    ['un-special', 'ecopol'],
  ])('equals `policy who-sees proto/examples/%s.json --from %s --json`', async (kind, org) => {
    const draft = join(projectRoot, 'proto/examples', `${kind}.json`);
    const seen = await federation.cli('policy', 'who-sees', draft, '--from', org, '--json');
    const preview = await federation.cli('notice', 'preview', draft, '--org', org, '--json');
    expect([seen.code, preview.code]).toEqual([0, 0]);
    expect(seen.stdout).toBe(preview.stdout);
  });

  test(`equals the later report for ${NOTICES} generated notices`, async () => {
    const systems = localSystems(federation);
    const orgs = systems.map(({ org }) => parseOrgId(org));
    const invent = createInventor(20_260_601);
    const compared = { outcomes: new Set<string>(), notices: 0 };
    for (let at = 0; at < NOTICES; at += 20) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const system = systems[(at + index) % systems.length]!;
          const { draft } = invent(parseOrgId(system.org), orgs);
          const preview = byOrg(saidByPreview(await system.preview(draft)));
          const { recipients, state } = await system.settled(await system.submit(draft));
          expect(state).toBe('settled');
          expect(byOrg(saidByReport(recipients))).toEqual(preview);
          for (const [, outcome] of preview) compared.outcomes.add(outcome);
          compared.notices += 1;
        }),
      );
    }
    expect(compared.notices).toBe(NOTICES);
    expect([...compared.outcomes].toSorted()).toEqual(['delivered', 'denied', 'redacted']);
  }, 900_000);
});
