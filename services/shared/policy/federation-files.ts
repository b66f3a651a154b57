import { join } from 'node:path';
import { isMap, isScalar } from 'yaml';
import { fail, type LiaisonError } from '../kernel/errors.js';
import { readText } from '../kernel/read-text.js';
import { parseYaml, type YamlDocument } from '../kernel/yaml-document.js';

/** The file in a policy folder that lists the members, with the facts that rules read. */
export const MEMBERS_FILE = 'federation/members.yaml';

/** The file in a policy folder that names the federation and says how the hub treats its members. */
export const DIRECTORY_FILE = 'federation/directory.yaml';

/** The facts about a member; each belongs in `members.yaml` and nowhere else. */
export const MEMBER_FACTS: readonly string[] = [
  'name',
  'seat',
  'host',
  'groups',
  'accreditedFor',
  'agreements',
];

/** How the hub treats a member; each belongs in `directory.yaml` and nowhere else. */
export const TREATMENT: readonly string[] = ['quotas', 'contact'];

/** The two files that describe a federation, parsed as YAML without checking their shape. */
export interface FederationFiles {
  readonly directory: unknown;
  readonly members: unknown;
}

/**
 * Parses `members.yaml` and `directory.yaml` of a folder of policies without checking their shape. Throws `config-invalid`
 * when one cannot be read or is not YAML, or when `directory.yaml` has facts about members.
 */
export function readFederationFiles(folder: string): FederationFiles {
  const directory = readParsed(folder, DIRECTORY_FILE);
  if (directory !== undefined) refuseFacts(folder, directory);
  const members = readParsed(folder, MEMBERS_FILE);
  for (const [file, read] of [
    [MEMBERS_FILE, members],
    [DIRECTORY_FILE, directory],
  ] as const)
    if (read === undefined) throw invalid(join(folder, file), 'no such file');
  return { directory: directory?.document.toJS(), members: members?.document.toJS() };
}

/** Parses a YAML file; undefined where it does not exist. Throws `config-invalid` with the place. */
function readParsed(folder: string, path: string): YamlDocument | undefined {
  const text = readText(folder, path);
  if (text.type === 'absent') return undefined;
  if (text.type !== 'text') throw invalid(join(folder, text.fault.path), text.fault.message);
  const parsed = parseYaml(text.text);
  if (parsed.fault === undefined) return parsed;
  throw invalid(placeIn(parsed, join(folder, path), parsed.fault.offset), parsed.fault.message);
}

/**
 * Throws `config-invalid` at the first fact about a member in `directory.yaml`: each fact belongs in one file
 * only.
 */
function refuseFacts(folder: string, directory: YamlDocument): void {
  const organisations = directory.document.get('organisations');
  const entries = isMap(organisations) ? organisations.items.map(({ value }) => value) : [];
  const names = entries.flatMap((entry) => (isMap(entry) ? entry.items.map(({ key }) => key) : []));
  const fact = names.find((key) => isScalar(key) && MEMBER_FACTS.includes(String(key.value)));
  if (!isScalar(fact)) return;
  const place = placeIn(directory, join(folder, DIRECTORY_FILE), fact.range?.[0] ?? 0);
  throw invalid(place, misplacedFact(String(fact.value)));
}

/** Says where a fact about a member belongs. */
export function misplacedFact(name: string): string {
  return `\`${name}\` belongs in ${MEMBERS_FILE}, under \`members\``;
}

function placeIn({ lineAndColumn }: YamlDocument, file: string, offset: number): string {
  const { line, column } = lineAndColumn(offset);
  return `${file}:${line}:${column}`;
}

function invalid(path: string, message: string): LiaisonError {
  return fail('config-invalid', `\`${path}\`: ${message}`, [{ path, message }]);
}
