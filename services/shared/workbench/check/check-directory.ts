import { type Detail, errorFrom } from '../../kernel/errors.js';
import { type OrgId, parseOrgId } from '../../kernel/ids.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { didYouMean } from '../../kernel/nearest.js';
import type { Node } from '../../policy/expression.js';
import type { DirectoryFacts, OrganisationFacts } from '../../policy/facts.js';
import { readYaml, type YamlPath, type YamlFile } from '../yaml/yaml-file.js';
import { asExpectation, stepsOf } from '../yaml/yaml-shape.js';

/** Throws with JSON pointers for what no directory may look like; an argument, as the trust layer knows its shape. */
export type ParseDirectory = (value: unknown) => unknown;

export interface CheckedDirectory {
  /** As far as they could be read, so that the rules can be checked all the same. */
  readonly facts: DirectoryFacts;
  readonly faults: readonly Detail[];
}

const LISTS = ['groups', 'accreditedFor', 'agreements'] as const;
const FIELDS = [...LISTS, 'name', 'seat', 'quotas', 'suspendedAt', 'leftAt'];
const CLASSIFICATIONS = ['basic', 'restricted', 'confidential'];

/** Checks `directory.yaml`: its shape, and the words that only make sense among the members. */
export function checkDirectory(
  file: { path: string; text: string },
  parse: ParseDirectory,
): CheckedDirectory {
  const yaml = readYaml(file.path, file.text);
  const entries = entriesOf(yaml.value);
  const faults = [
    ...yaml.faults,
    ...entries.flatMap(([name, entry]) => faultsOf({ yaml, name, entry, members: entries })),
  ];
  // It tells only the first fault, with no nearest name: asked last.
  const more = faults.length === 0 ? shapeFaults(yaml, parse) : [];
  return { facts: factsOf(entries), faults: [...faults, ...more] };
}

type Entry = readonly [name: string, entry: Node];

function entriesOf(value: unknown): readonly Entry[] {
  const organisations = isJsonObject(value) ? value['organisations'] : undefined;
  if (!isJsonObject(organisations)) return [];
  return Object.entries(organisations).map(([name, entry]) => [name, isJsonObject(entry) ? entry : {}]);
}

interface Member {
  readonly yaml: YamlFile;
  readonly name: string;
  readonly entry: Node;
  readonly members: readonly Entry[];
}

function faultsOf({ yaml, name, entry, members }: Member): readonly Detail[] {
  const at: YamlPath = ['organisations', name];
  const unknown = Object.keys(entry)
    .filter((field) => !FIELDS.includes(field))
    .map((field) => ({
      path: yaml.placeOfName(at, field),
      message: `unknown field \`${field}\`${didYouMean(field, FIELDS)}`,
    }));
  const names = members.map(([member]) => member).filter((member) => member !== name);
  return [
    ...unknown,
    ...strangers({ yaml, at: [...at, 'agreements'], words: names, what: 'other member' }, entry),
    ...strangers(
      { yaml, at: [...at, 'accreditedFor'], words: CLASSIFICATIONS, what: 'classification' },
      entry,
    ),
    ...oneSided({ yaml, name, entry, members }),
  ];
}

/** Agreements that the other member does not list; nothing is said while its list has a word that is no member. */
function oneSided({ yaml, name, entry, members }: Member): readonly Detail[] {
  const known = members.map(([member]) => member);
  return listOf(entry, 'agreements').flatMap((other, index) => {
    const theirs = listOf(members.find(([member]) => member === other)?.[1] ?? {}, 'agreements');
    if (!known.includes(other) || other === name || theirs.includes(name)) return [];
    if (!theirs.every((word) => known.includes(word))) return [];
    const path = yaml.placeOf(['organisations', name, 'agreements', index]);
    return [{ path, message: `an agreement is of both: \`${other}\` does not list \`${name}\`` }];
  });
}

interface Words {
  readonly yaml: YamlFile;
  readonly at: YamlPath;
  readonly words: readonly string[];
  readonly what: string;
}

/** Words of a list that are in no vocabulary. */
function strangers({ yaml, at, words, what }: Words, entry: Node): readonly Detail[] {
  return listOf(entry, String(at.at(-1))).flatMap((word, index) =>
    words.includes(word)
      ? []
      : [
          {
            path: yaml.placeOf([...at, index]),
            message: `no ${what} \`${word}\`${didYouMean(word, words)}`,
          },
        ],
  );
}

function listOf(entry: Node, field: string): readonly string[] {
  const list = entry[field];
  return Array.isArray(list) ? list.map(String) : [];
}

function shapeFaults(yaml: YamlFile, parse: ParseDirectory): readonly Detail[] {
  try {
    parse(yaml.value);
    return [];
  } catch (thrown) {
    const error = errorFrom(thrown);
    const details = error.details.length > 0 ? error.details : [{ path: '', message: error.message }];
    return details.map(({ path, message }) => {
      return { path: yaml.placeOf(stepsOf(path)), message: asExpectation(message) };
    });
  }
}

function factsOf(entries: readonly Entry[]): DirectoryFacts {
  const facts = entries.flatMap(([name, entry]): readonly OrganisationFacts[] => {
    const id = orgIdOf(name);
    if (id === undefined) return [];
    const [groups = [], accreditedFor = [], agreements = []] = LISTS.map((field) => listOf(entry, field));
    return [{ id, groups, accreditedFor, agreements }];
  });
  return { organisations: new Map(facts.map((organisation) => [organisation.id, organisation])) };
}

function orgIdOf(name: string): OrgId | undefined {
  try {
    return parseOrgId(name);
  } catch {
    return undefined;
  }
}
