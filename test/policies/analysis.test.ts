import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Version } from '../../services/shared/workbench/space/answers.js';
import { loadPolicies } from '../../services/shared/policy/policies.js';
import { parseInvariants } from '../../services/shared/workbench/prove/invariant-file.js';
import { provePolicies } from '../../services/shared/workbench/prove/prove-policies.js';
import { digest } from '../../services/shared/trust/digest.js';
import { diffOf } from '../shared/workbench/diff/versions.js';
import { facts, folder, load } from './sample.js';

const shipped: Version = { sets: load(), directory: facts };
const copies = mkdtempSync(join(tmpdir(), 'analysis-'));
afterAll(() => rmSync(copies, { recursive: true, force: true }));

/** Returns the shipped policies with one file edited. */
function edited(path: string, edit: (text: string) => string): Version {
  const copy = mkdtempSync(join(copies, 'policies-'));
  cpSync(folder, copy, { recursive: true });
  const before = readFileSync(join(copy, path), 'utf8');
  const after = edit(before);
  expect(after).not.toBe(before);
  writeFileSync(join(copy, path), after);
  return { sets: loadPolicies(copy, facts, digest), directory: facts };
}

const forbidBeside = (id: string): string => `
@id("${id}")
@reason("a forbid whose first operand is false in Cedar")
forbid (principal, action == Action::"disclose", resource)
when {
  context.section == Section::"judicial" &&
  (resource.evaluation has reliability || resource.kind == Kind::"silver")
};
`;

test('a rule that loses a condition is LOOSENED, although a forbid beside it asks `resource.evaluation has reliability`', async () => {
  const channel = ' &&\n  principal.groups.contains(Group::"judicial-channel")';
  const after = edited(
    'europol/export.cedar',
    (text) => text.replace(channel, '') + forbidBeside('eur-export-90-beside'),
  );
  const { changes, cut } = await diffOf(shipped, after);
  const loosened = changes.filter(({ type }) => type === 'loosened');
  expect(loosened).toMatchObject([
    {
      org: 'europol',
      permission: 'disclose',
      section: 'judicial',
      rules: { after: ['eur-export-05-judicial'] },
    },
  ]);
  const routes = loosened.flatMap(({ kinds }) => kinds.flatMap((kind) => kind.routes));
  expect([...new Set(routes.map(({ recipient }) => recipient))]).toEqual(['gccpol']);
  expect(cut).toEqual([]);
});

test('an invariant that a rule breaks does not hold, although a forbid beside it asks `resource.evaluation has reliability`', () => {
  const path = 'federation/invariants.yaml';
  const text = readFileSync(join(folder, path), 'utf8');
  const asked = ' &&\n  resource.consents.contains(principal.id)\n};\n\n@id("amp-export-08';
  const after = edited(
    'ameripol/export.cedar',
    (rules) => rules.replace(asked, '\n};\n\n@id("amp-export-08') + forbidBeside('amp-export-90-beside'),
  );
  const invariants = parseInvariants({ path, text }, after.sets.schema);
  const judicial = invariants.filter(({ id }) => id === 'ameripol-judicial');
  expect(provePolicies(shipped, judicial).holds).toBe(true);
  expect(provePolicies(after, judicial).proofs[0]).toMatchObject({ id: 'ameripol-judicial', holds: false });
});
