import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import type { FederationFacts, OrganisationEntry } from '../../shared/trust/directory-source.js';
import { readFederation } from './home-directory.js';

/** A federation of copies of the members that a folder of policies has, under other names. */
export interface InventedMembers {
  readonly facts: FederationFacts;
  /** The other members of each member's own copy of the seven: those that its rules name. */
  readonly neighbours: ReadonlyMap<OrgId, readonly OrgId[]>;
  /** Writes the schema, the facts and the rules of all of them into a folder. */
  readonly write: (folder: string) => void;
}

/** Invents `count` members with policies like those of the folder. */
export function inventMembers(policies: string, count: number): InventedMembers {
  const { federation, organisations: shipped } = readFederation(policies);
  const members = Object.entries(shipped);
  const copies = Array.from({ length: count }, (_, index) => copyOf(members, index, count));
  const organisations = Object.fromEntries(
    copies.map(({ id, facts: own }) => [id, bothWays(id, own, copies)]),
  );
  const facts = { federation, organisations };
  return {
    facts,
    neighbours: new Map(copies.map(({ id, neighbours }) => [id, neighbours])),
    write: (folder) => {
      writeRules(policies, folder, copies);
      writeFacts(folder, facts);
    },
  };
}

function writeRules(policies: string, folder: string, copies: readonly Copy[]): void {
  for (const file of ['schema.cedarschema', 'federation/rules.cedar']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(policies, file), join(folder, file));
  }
  for (const { id, of, renamed } of copies) {
    mkdirSync(join(folder, id), { recursive: true });
    for (const file of ['export.cedar', 'import.cedar']) {
      writeFileSync(join(folder, id, file), renamed(readFileSync(join(policies, of, file), 'utf8')));
    }
  }
}

/** Adds the agreements that others have with a member: copies of the last block also name members of the first. */
function bothWays(id: OrgId, facts: OrganisationEntry, copies: readonly Copy[]): OrganisationEntry {
  const others = copies.filter((copy) => copy.facts.agreements.includes(id)).map((copy) => copy.id);
  return { ...facts, agreements: [...new Set([...facts.agreements, ...others])] };
}

/** Writes the facts of members and their quotas as `policy check` expects them; JSON is YAML. */
function writeFacts(folder: string, { federation, organisations }: FederationFacts): void {
  const entries = Object.entries(organisations);
  const members = entries.map(([id, { name, seat, groups, accreditedFor, agreements }]) => {
    return [id, { name, seat, groups, accreditedFor, agreements }];
  });
  const quotas = entries.map(([id, entry]) => [id, { quotas: entry.quotas }]);
  const write = (file: string, value: object): void =>
    writeFileSync(join(folder, 'federation', file), JSON.stringify(value));
  write('members.yaml', { accession: 'operator', members: Object.fromEntries(members) });
  const [first] = Object.values(organisations);
  write('directory.yaml', { federation, quotas: first?.quotas, organisations: Object.fromEntries(quotas) });
}

interface Copy {
  readonly id: OrgId;
  readonly facts: OrganisationEntry;
  /** The shipped organisation that this member copies. */
  readonly of: string;
  readonly neighbours: readonly OrgId[];
  /** Returns the rules of a copy, with new ids, which name the members of its own seven. */
  readonly renamed: (rules: string) => string;
}

type Members = readonly (readonly [name: string, facts: OrganisationEntry])[];

function copyOf(members: Members, index: number, count: number): Copy {
  const block = Math.floor(index / members.length);
  const [of, facts] = members[index % members.length] ?? [];
  if (of === undefined || facts === undefined) throw new Error('no members');
  const nameOf = (id: string): string => {
    const at = members.findIndex(([name]) => name === id);
    return `${id}-${block * members.length + at < count ? block : 0}`;
  };
  return {
    id: parseOrgId(nameOf(of)),
    of,
    facts: { ...facts, agreements: facts.agreements.map(nameOf) },
    neighbours: members.filter(([name]) => name !== of).map(([name]) => parseOrgId(nameOf(name))),
    renamed: (rules) =>
      rules
        .replaceAll(/OrgId::"([^"]+)"/g, (_, named: string) => `OrgId::"${nameOf(named)}"`)
        .replaceAll(/@id\("([^"]+)"\)/g, `@id("$1-${block}")`),
  };
}
