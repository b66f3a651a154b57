import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { copyOfPolicies } from '../../cli/policy/copy-of-policies.js';
import { startFederation } from '../../support/federation.js';
import { exampleDraft, localSystems } from '../../support/notices.js';
import { until } from '../../support/until.js';

const POLL_MS = 200;
/** A judgement takes seconds of a processor, and a busy machine much longer. */
const RELEASED_WITHIN_MS = 300_000;
const CLOSES = `
@id("edited-europol")
@reason("edited")
forbid (principal, action == Action::"disclose", resource)
when { resource.kind == Kind::"red" && context.section == Section::"description" };
`;

test('up: with `LIAISON_POLICY_SOURCE=releases` the folder decides from the first start, and a change in it is released for its member', async () => {
  const { folder } = copyOfPolicies();
  const env = { LIAISON_POLICIES: folder, LIAISON_POLICY_SOURCE: 'releases' };
  await using federation = await startFederation({ env });
  const europol = localSystems(federation).find(({ org }) => org === 'europol')!;
  const draft = exampleDraft('red');
  const { recipients } = await europol.preview(draft);
  expect(recipients.some(({ outcome }) => outcome !== 'denied')).toBe(true);
  appendFileSync(join(folder, 'europol/export.cedar'), CLOSES);
  await until(
    'the change to decide',
    async () => {
      // An organisation may only ask so many questions a second.
      await delay(POLL_MS);
      const now = await europol.preview(draft);
      return now.recipients.some(({ sections }) => sections['description']?.rule === 'edited-europol');
    },
    RELEASED_WITHIN_MS,
  );
  const { records } = await federation.cli('policy', 'releases', '--org', 'europol', '--json');
  expect(records.map(({ version, state }) => [version, state])).toEqual([[1, 'in-force']]);
}, 500_000);
