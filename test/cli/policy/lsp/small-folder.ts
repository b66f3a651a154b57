import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import { write } from '../../../shared/policy/folder.js';

/** The export rules of alfa in the small folder, as on disk and as `policy fmt` prints them. */
export const EXPORT_RULES = `@id("alf-export-01-partners")
@reason("partners receive notices")
permit (principal, action == Action::"receive", resource)
when { principal.agreements.contains(OrgId::"alfa") };

@id("alf-export-02-sections")
@reason("who receives a notice receives its sections")
permit (principal, action == Action::"disclose", resource)
unless { context.section == Section::"handlingNote" };

@id("alf-export-03-sources")
@reason("sources that cannot be assessed are not told")
forbid (principal, action == Action::"disclose", resource)
when {
  context.section == Section::"sources" &&
  [Source::"C", Source::"X"].contains(resource.evaluation.source)
};

@id("alf-export-04-blue")
@reason("information about persons is for partners who are accredited")
forbid (principal, action == Action::"receive", resource)
when {
  resource.kind == Kind::"blue" &&
  !principal.accreditedFor.contains(Classification::"confidential")
};
`;

/** The cases of alfa in the small folder. */
export const CASE_TEXT = `notices:
  red: { example: red, sections: [identity] }
  blue: { example: blue, sections: [identity] }
cases:
  - name: a partner receives it
    from: alfa
    notice: red
    layer: export
    expect:
      bravo: { sections: [identity], rules: [alf-export-01-partners, alf-export-02-sections] }
  - name: information about persons stays
    from: alfa
    notice: blue
    layer: export
    expect:
      bravo: { deny: [alf-export-04-blue] }
`;

const DIRECTORY = `federation: small
quotas: { perMinute: 600 }
`;

const MEMBERS = `members:
  alfa:
    name: Alfa
    seat: Aa
    groups: [north]
    accreditedFor: [basic, restricted]
    agreements: [bravo]
  bravo:
    name: Bravo
    seat: Bb
    groups: [north, sea]
    accreditedFor: [basic, restricted]
    agreements: [alfa]
`;

/** Writes a folder of policies with two members and few rules, in which `policy check` finds nothing. */
export function smallFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'policies-'));
  cpSync(join(projectRoot, 'policies/schema.cedarschema'), join(folder, 'schema.cedarschema'));
  const open = (id: string): string =>
    `@id("${id}")\n@reason("all")\n@keep("small")\npermit (principal, action, resource);\n`;
  write(folder, 'federation/directory.yaml', DIRECTORY);
  write(folder, 'federation/members.yaml', MEMBERS);
  write(folder, 'federation/rules.cedar', open('federation-00-base'));
  write(folder, 'alfa/export.cedar', EXPORT_RULES);
  write(folder, 'alfa/import.cedar', open('alf-import-01-all'));
  write(folder, 'bravo/export.cedar', open('bra-export-01').replace(';', ' when { !resource.minor };'));
  write(folder, 'bravo/import.cedar', open('bra-import-01-all'));
  write(folder, 'alfa/cases.yaml', CASE_TEXT);
  return folder;
}
