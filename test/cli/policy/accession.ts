import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Copy, copyOfPolicies } from './copy-of-policies.js';

/** The shipped policies with an eighth member, whose rules are those of ecopol and who has agreements with two members. */
export function copyWithMember(): Copy {
  const copy = copyOfPolicies();
  const members = 'federation/members.yaml';
  copy.change(members, 'agreements: [europol, afripol,', 'agreements: [caricompol, europol, afripol,');
  copy.change(members, 'agreements: [interpol, ameripol,', 'agreements: [caricompol, interpol, ameripol,');
  copy.change(
    members,
    '  ecopol:\n',
    `  caricompol:
    name: Caribbean Community Police
    seat: Port of Spain
    groups: [regional, member-channel]
    accreditedFor: [basic, restricted]
    agreements: [interpol, europol]
  ecopol:
`,
  );
  mkdirSync(join(copy.folder, 'caricompol'));
  for (const file of ['export.cedar', 'import.cedar']) {
    const rules = readFileSync(join(copy.folder, 'ecopol', file), 'utf8');
    writeFileSync(
      join(copy.folder, 'caricompol', file),
      rules.replaceAll('@id("eco-', '@id("cari-').replaceAll('ecopol', 'caricompol'),
    );
  }
  return copy;
}
