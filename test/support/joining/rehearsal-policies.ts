import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';

/** The name of the federation of a rehearsal. */
export const FEDERATION = 'rehearsal';

/** Writes the policies of a federation that names `orgs`: it lets every notice pass. */
export function writeFederation(folder: string, orgs: readonly string[]): void {
  const write = (name: string, text: string): void => writeFileSync(join(folder, 'federation', name), text);
  mkdirSync(join(folder, 'federation'), { recursive: true });
  cpSync(join(shippedPolicies, 'schema.cedarschema'), join(folder, 'schema.cedarschema'));
  write('directory.yaml', `federation: ${FEDERATION}\nquotas: { perMinute: 60000 }\n`);
  write('members.yaml', `members:\n${orgs.map(memberText).join('')}`);
  write('rules.cedar', ruleText('federation-00-base', ''));
}

/** Writes the rules of an organisation, which exchanges red notices, into a new folder. */
export function writeRules(folder: string, org: string): void {
  mkdirSync(folder);
  for (const layer of ['export', 'import']) {
    const text = ruleText(`${org}-${layer}-00-red`, ' when { resource.kind == Kind::"red" }');
    writeFileSync(join(folder, `${layer}.cedar`), text);
  }
}

const memberText = (org: string): string =>
  `  ${org}: { name: ${org}, seat: unknown, groups: [], accreditedFor: [], agreements: [] }\n`;

const ruleText = (id: string, when: string): string =>
  `@id("${id}")\n@reason("a rule of a rehearsal")\npermit (principal, action, resource)${when};\n`;
