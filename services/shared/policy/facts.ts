import { join } from 'node:path';
import { fail } from '../kernel/errors.js';
import { MAX_MEMBERS, type OrgId, parseOrgId } from '../kernel/ids.js';
import { isJsonObject, type JsonObject } from '../kernel/json-object.js';
import { MEMBERS_FILE, readFederationFiles } from './federation-files.js';

/** What rules may read of an organisation. Entries of the signed directory have these fields and more. */
export interface OrganisationFacts {
  readonly id: OrgId;
  readonly groups: readonly string[];
  readonly accreditedFor: readonly string[];
  readonly agreements: readonly string[];
}

/** The members and their facts, in the order of the directory. */
export interface DirectoryFacts {
  readonly organisations: ReadonlyMap<OrgId, OrganisationFacts>;
}

/** Returns the facts alone: an entry of the signed directory also has keys. */
function factsOf({ id, groups, accreditedFor, agreements }: OrganisationFacts): OrganisationFacts {
  return { id, groups, accreditedFor, agreements };
}

/** Returns the facts of every member as plain data, in the order of the directory. */
export function factsIn({ organisations }: DirectoryFacts): readonly OrganisationFacts[] {
  return Array.from(organisations.values(), factsOf);
}

/** Returns the directory of these members. */
export function directoryOf(members: readonly OrganisationFacts[]): DirectoryFacts {
  return { organisations: new Map(members.map((facts) => [facts.id, facts])) };
}

/** Returns everything that rules may read of a directory, as text to compare. */
export function factsText(directory: DirectoryFacts): string {
  return JSON.stringify(factsIn(directory));
}

/**
 * True when two directories give the same facts about the same members: a judgement with one then holds for
 * the other.
 */
export function isForSameFacts(one: DirectoryFacts, other: DirectoryFacts): boolean {
  return one === other || factsText(one) === factsText(other);
}

function record(value: unknown, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw fail('config-invalid', 'the members are not readable', [{ path, message: 'expected a mapping' }]);
}

function words(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
  throw fail('config-invalid', 'the members are not readable', [
    { path, message: 'expected a list of words' },
  ]);
}

/**
 * Reads facts from the unsigned `members.yaml` of a folder of policies, for author tools and tests. Throws `config-invalid`,
 * `id-invalid`.
 */
export function readFacts(folder: string): DirectoryFacts {
  return parseFacts(readFederationFiles(folder).members, join(folder, MEMBERS_FILE));
}

/** Returns the facts in the parsed content of a `members.yaml` at this path. Throws `config-invalid`, `id-invalid`. */
export function parseFacts(members: unknown, file: string = MEMBERS_FILE): DirectoryFacts {
  const source = record(members, '');
  const entries = Object.entries(record(source['members'], '/members'));
  if (entries.length > MAX_MEMBERS) {
    const message = tooManyMembers(entries.length);
    throw fail('config-invalid', `\`${file}\`: ${message}`, [{ path: file, message }]);
  }
  const organisations = entries.map(([name, value]) => {
    const path = `/members/${name}`;
    const entry = record(value, path);
    const facts: OrganisationFacts = {
      id: parseOrgId(name),
      groups: words(entry['groups'], `${path}/groups`),
      accreditedFor: words(entry['accreditedFor'], `${path}/accreditedFor`),
      agreements: words(entry['agreements'], `${path}/agreements`),
    };
    return [facts.id, facts] as const;
  });
  return { organisations: new Map(organisations) };
}

/** Describes a federation that has too many members. */
export function tooManyMembers(count: number): string {
  return `expected at most ${MAX_MEMBERS} members, got ${count}`;
}
