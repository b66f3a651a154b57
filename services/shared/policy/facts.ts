import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { fail } from '../kernel/errors.js';
import { type OrgId, parseOrgId } from '../kernel/ids.js';
import { isJsonObject, type JsonObject } from '../kernel/json-object.js';
import { readText } from './read-text.js';

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

/**
 * Parses `directory.yaml` without checking its shape. Throws `config-invalid` when it cannot be read or is not YAML.
 */
export function readSource(file: string): unknown {
  const invalid = (what: string, path = file) =>
    fail('config-invalid', `\`${path}\`: ${what}`, [{ path, message: what }]);
  const text = readText(dirname(file), basename(file));
  if (text.type === 'absent') throw invalid('no such file');
  if (text.type !== 'text') throw invalid(text.fault.message, join(dirname(file), text.fault.path));
  try {
    return parse(text.text);
  } catch (thrown) {
    throw invalid((thrown as Error).message.split('\n')[0] ?? '');
  }
}

/**
 * Reads facts from the unsigned `directory.yaml`, for author tools and tests. Throws `config-invalid`, `id-invalid`.
 */
export function readFacts(file: string): DirectoryFacts {
  const source = record(readSource(file), '');
  const organisations = Object.entries(record(source['organisations'], '/organisations')).map(
    ([name, value]) => {
      const path = `/organisations/${name}`;
      const entry = record(value, path);
      const facts: OrganisationFacts = {
        id: parseOrgId(name),
        groups: words(entry['groups'], `${path}/groups`),
        accreditedFor: words(entry['accreditedFor'], `${path}/accreditedFor`),
        agreements: words(entry['agreements'], `${path}/agreements`),
      };
      return [facts.id, facts] as const;
    },
  );
  return { organisations: new Map(organisations) };
}
