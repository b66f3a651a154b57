import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { type DirectoryFacts, type OrganisationFacts, readFacts } from '../../shared/policy/facts.js';
import { loadPolicies } from '../../shared/policy/policies.js';
import type { Version } from '../../shared/policy/workbench/space/answers.js';
import { digest } from '../../shared/trust/digest.js';

/** The shipped policies, for as many members: each further seven are the shipped ones under other names. */
export function withMembers(policies: string, count?: number): Version {
  const shipped = readFacts(join(policies, 'federation/directory.yaml'));
  const members = [...shipped.organisations.values()];
  if (count === undefined) return { sets: loadPolicies(policies, shipped, digest), directory: shipped };
  const copies = Array.from({ length: count }, (_, index) => copyOf(members, index, count));
  const directory: DirectoryFacts = { organisations: new Map(copies.map(({ facts }) => [facts.id, facts])) };
  const folder = mkdtempSync(join(tmpdir(), 'liaison-bench-'));
  try {
    for (const file of ['schema.cedarschema', 'federation/rules.cedar']) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(policies, file), join(folder, file));
    }
    for (const { facts, of, renamed } of copies) {
      mkdirSync(join(folder, facts.id));
      for (const file of ['export.cedar', 'import.cedar']) {
        writeFileSync(join(folder, facts.id, file), renamed(readFileSync(join(policies, of, file), 'utf8')));
      }
    }
    return { sets: loadPolicies(folder, directory, digest), directory };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Copy {
  readonly facts: OrganisationFacts;
  /** The shipped organisation that it is a copy of. */
  readonly of: OrgId;
  /** Its rules, with ids of their own, about the members of its own seven. */
  readonly renamed: (rules: string) => string;
}

function copyOf(members: readonly OrganisationFacts[], index: number, count: number): Copy {
  const block = Math.floor(index / members.length);
  const original = members[index % members.length];
  if (original === undefined) throw new Error('no members');
  const nameOf = (id: string): string => {
    const at = members.findIndex((member) => member.id === id);
    return `${id}-${block * members.length + at < count ? block : 0}`;
  };
  const { id, groups, accreditedFor, agreements } = original;
  return {
    of: id,
    facts: { id: parseOrgId(nameOf(id)), groups, accreditedFor, agreements: agreements.map(nameOf) },
    renamed: (rules) =>
      rules
        .replaceAll(/OrgId::"([^"]+)"/g, (_, named: string) => `OrgId::"${nameOf(named)}"`)
        .replaceAll(/@id\("([^"]+)"\)/g, `@id("$1-${block}")`),
  };
}
