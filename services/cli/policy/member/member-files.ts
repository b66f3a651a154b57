import { stringify } from 'yaml';
import type { OrgId } from '../../../shared/kernel/ids.js';

/** A file of the folder of policies. */
export interface PlannedFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
}

/** Returns the first files of a member: rules that permit nothing, and cases that expect it. */
export function memberFiles(id: OrgId, partner: string | undefined): readonly PlannedFile[] {
  return [
    { path: `${id}/export.cedar`, text: rulesOf(id, 'export', 'gives of its own notices') },
    { path: `${id}/import.cedar`, text: rulesOf(id, 'import', 'takes of the notices of others') },
    ...(partner === undefined ? [] : [{ path: `${id}/cases.yaml`, text: casesOf(id, partner) }]),
  ];
}

function rulesOf(id: OrgId, layer: 'export' | 'import', what: string): string {
  return `// ${id}, ${layer}: what it ${what}. Nothing yet: write what is permitted below, then remove the first rule.
// How to write, test and compare rules is in policies/README.md.

@id("${ruleId(id, layer)}")
@reason("${id} has not said yet what it ${what}")
@keep("a new member exchanges with nobody")
forbid (principal, action, resource);
`;
}

function casesOf(id: OrgId, partner: string): string {
  const [own, other] = [yamlWord(id), yamlWord(partner)];
  return `# What the rules of ${id} must give. A case that names no organisation but \`others\` also holds for members to come.
notices:
  red: { example: red, header: { addressees: all, excluded: null } }
cases:
  - name: nothing is given yet
    from: ${own}
    notice: red
    layer: export
    expect:
      others: { deny: [${ruleId(id, 'export')}] }
  - name: nothing is taken yet
    from: ${other}
    notice: red
    layer: import
    expect:
      ${own}: { deny: [${ruleId(id, 'import')}] }
`;
}

/** Quotes an id that YAML would read as a number or as `true`. */
export const yamlWord = (id: string): string => stringify(id).trimEnd();

const ruleId = (id: OrgId, layer: 'export' | 'import'): string => `${id}-${layer}-00-nothing-yet`;
