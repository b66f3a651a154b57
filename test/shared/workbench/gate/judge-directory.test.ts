import { expect, test } from 'vitest';
import { readBundle } from '../../../../services/shared/policy/adopted/bundle.js';
import type { DirectoryFacts, OrganisationFacts } from '../../../../services/shared/policy/facts.js';
import { digest, hexDigest } from '../../../../services/shared/trust/digest.js';
import { judgeDirectory } from '../../../../services/shared/workbench/gate/judge-directory.js';
import { alfa, bravo, charlie, facts, folderWith, rule, write } from '../../policy/folder.js';
import { approvalsOf, idsIn, refusedFor } from './gate.js';

const PATIENT_MS = 120_000;
const charlieWith = (change: Partial<OrganisationFacts>): DirectoryFacts => {
  const organisations = new Map(facts.organisations);
  organisations.set(charlie, {
    id: charlie,
    groups: [],
    accreditedFor: ['basic'],
    agreements: [],
    ...change,
  });
  return { organisations };
};

/** Judges the next directory while charlie is in no group and accredited for `basic`. */
async function judge(folder: string, next: DirectoryFacts) {
  const before = charlieWith({});
  const bundle = readBundle(folder, [alfa, bravo, charlie], digest);
  const adopted = { bundle, loadedFor: before, directory: before, isProven: true };
  return judgeDirectory(next, { adopted, folder, today: '2027-03-01', digest, hexDigest });
}

test(
  'a group that no member was in opens what a rule gives to the members of any group',
  async () => {
    const folder = folderWith({
      'alfa/export.cedar': rule(
        'permit (principal, action, resource) unless { principal.groups.isEmpty() };',
        'any-group',
      ),
    });
    const findings = refusedFor(await judge(folder, charlieWith({ groups: ['new'] })));
    expect(findings[0]).toMatchObject({ condition: 'loosening', org: alfa });
    expect((await judge(folder, charlieWith({}))).adopt).toBe(true);
  },
  PATIENT_MS,
);

test(
  'an approval of what one accreditation opens does not approve another accreditation',
  async () => {
    const permit = rule('permit (principal, action, resource);', 'base');
    const forbid = rule(
      `forbid (principal, action == Action::"receive", resource)
unless { principal.accreditedFor.contains(resource.classification) };`,
      'accredited',
    );
    const folder = folderWith({ 'federation/rules.cedar': permit + forbid });
    const restricted = charlieWith({ accreditedFor: ['basic', 'restricted'] });
    const findings = refusedFor(await judge(folder, restricted));
    write(folder, 'federation/approvals.yaml', approvalsOf(idsIn(findings)));
    expect((await judge(folder, restricted)).adopt).toBe(true);
    const confidential = charlieWith({ accreditedFor: ['basic', 'confidential'] });
    expect(refusedFor(await judge(folder, confidential))[0]?.condition).toBe('loosening');
  },
  PATIENT_MS,
);
