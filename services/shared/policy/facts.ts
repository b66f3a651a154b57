import { join } from 'node:path';
import { fail } from '../kernel/errors.js';
import { MAX_MEMBERS, type OrgId, parseOrgId } from '../kernel/ids.js';
import { isJsonObject, type JsonObject } from '../kernel/json-object.js';
import { readText } from './read-text.js';
import { parseYaml } from './yaml-document.js';

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
export function factsOf({ id, groups, accreditedFor, agreements }: OrganisationFacts): OrganisationFacts {
  return { id, groups, accreditedFor, agreements };
}

function record(value: unknown, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw fail('config-invalid', 'the directory is not readable', [{ path, message: 'expected a mapping' }]);
}

function words(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
  throw fail('config-invalid', 'the directory is not readable', [
    { path, message: 'expected a list of words' },
  ]);
}

/** The file in a policy folder that lists the members. */
export const DIRECTORY_FILE = 'federation/directory.yaml';

/**
 * Parses `directory.yaml` of a folder of policies without checking its shape. Throws `config-invalid` when it cannot be read or
 * is not YAML.
 */
export function readSource(folder: string): unknown {
  const file = join(folder, DIRECTORY_FILE);
  const invalid = (what: string, path = file) =>
    fail('config-invalid', `\`${path}\`: ${what}`, [{ path, message: what }]);
  const text = readText(folder, DIRECTORY_FILE);
  if (text.type === 'absent') throw invalid('no such file');
  if (text.type !== 'text') throw invalid(text.fault.message, join(folder, text.fault.path));
  const { document, fault, lineAndColumn } = parseYaml(text.text);
  if (fault === undefined) return document.toJS();
  const { line, column } = lineAndColumn(fault.offset);
  throw invalid(fault.message, `${file}:${line}:${column}`);
}

/**
 * Reads facts from the unsigned `directory.yaml` of a folder of policies, for author tools and tests. Throws `config-invalid`,
 * `id-invalid`.
 */
export function readFacts(folder: string): DirectoryFacts {
  const source = record(readSource(folder), '');
  const entries = Object.entries(record(source['organisations'], '/organisations'));
  if (entries.length > MAX_MEMBERS) {
    const message = tooManyMembers(entries.length);
    const path = join(folder, DIRECTORY_FILE);
    throw fail('config-invalid', `\`${path}\`: ${message}`, [{ path, message }]);
  }
  const organisations = entries.map(([name, value]) => {
    const path = `/organisations/${name}`;
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

/** Describes a directory that lists too many members. */
export function tooManyMembers(count: number): string {
  return `expected at most ${MAX_MEMBERS} members, got ${count}`;
}
