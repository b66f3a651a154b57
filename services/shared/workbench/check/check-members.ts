import type { Detail } from '../../kernel/errors.js';
import { MAX_MEMBERS, type OrgId, parseOrgId } from '../../kernel/ids.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { didYouMean } from '../../kernel/nearest.js';
import type { Node } from '../../policy/expression.js';
import {
  type DirectoryFacts,
  directoryOf,
  type OrganisationFacts,
  tooManyMembers,
} from '../../policy/facts.js';
import { DIRECTORY_FILE, MEMBER_FACTS, TREATMENT } from '../../policy/federation-files.js';
import { CLASSIFICATIONS } from '../../trust/directory-source.js';
import type { YamlFile, YamlPath } from '../../kernel/yaml-file.js';

/** What could be read of `members.yaml`, and its faults. */
export interface CheckedMembers {
  /** As far as they can be read, so that the rules can still be checked. */
  readonly facts: DirectoryFacts;
  readonly faults: readonly Detail[];
}

const LISTS = ['groups', 'accreditedFor', 'agreements'] as const;

/** Checks the fields of `members.yaml`, and the names of members and classifications in it. */
export function checkMembers(yaml: YamlFile): CheckedMembers {
  const entries = entriesOf(yaml.value);
  if (entries.length > MAX_MEMBERS) {
    const fault = { path: yaml.placeOf(['members']), message: tooManyMembers(entries.length) };
    return { facts: factsOf([]), faults: [fault] };
  }
  const faults = entries.flatMap(([name, entry]) => faultsOf({ yaml, name, entry, members: entries }));
  return { facts: factsOf(entries), faults };
}

type Entry = readonly [name: string, entry: Node];

function entriesOf(value: unknown): readonly Entry[] {
  const members = isJsonObject(value) ? value['members'] : undefined;
  if (!isJsonObject(members)) return [];
  return Object.entries(members).map(([name, entry]) => [name, isJsonObject(entry) ? entry : {}]);
}

interface MemberContext {
  readonly yaml: YamlFile;
  readonly name: string;
  readonly entry: Node;
  readonly members: readonly Entry[];
}

function faultsOf({ yaml, name, entry, members }: MemberContext): readonly Detail[] {
  const at: YamlPath = ['members', name];
  const unknown = Object.keys(entry)
    .filter((field) => !MEMBER_FACTS.includes(field))
    .map((field) => ({
      path: yaml.placeOfName(at, field),
      message: TREATMENT.includes(field)
        ? `\`${field}\` belongs in ${DIRECTORY_FILE}, under \`organisations\``
        : `unknown field \`${field}\`${didYouMean(field, MEMBER_FACTS)}`,
    }));
  const names = members.map(([member]) => member).filter((member) => member !== name);
  return [
    ...unknown,
    ...unknownWords({ yaml, at: [...at, 'agreements'], words: names, what: 'other member' }, entry),
    ...unknownWords(
      { yaml, at: [...at, 'accreditedFor'], words: CLASSIFICATIONS, what: 'classification' },
      entry,
    ),
    ...oneSided({ yaml, name, entry, members }),
  ];
}

/**
 * Finds agreements that the other member does not list. Skipped while its list has an unknown name, perhaps a misspelt
 * one.
 */
function oneSided({ yaml, name, entry, members }: MemberContext): readonly Detail[] {
  const known = members.map(([member]) => member);
  return listOf(entry, 'agreements').flatMap((other, index) => {
    const theirs = listOf(members.find(([member]) => member === other)?.[1] ?? {}, 'agreements');
    if (!known.includes(other) || other === name || theirs.includes(name)) return [];
    if (!theirs.every((word) => known.includes(word))) return [];
    const path = yaml.placeOf(['members', name, 'agreements', index]);
    return [
      {
        path,
        message: `an agreement must be listed by both members: \`${other}\` does not list \`${name}\``,
      },
    ];
  });
}

interface WordListContext {
  readonly yaml: YamlFile;
  readonly at: YamlPath;
  readonly words: readonly string[];
  readonly what: string;
}

/** Finds words of a list that are in no vocabulary. */
function unknownWords({ yaml, at, words, what }: WordListContext, entry: Node): readonly Detail[] {
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

function factsOf(entries: readonly Entry[]): DirectoryFacts {
  const facts = entries.flatMap(([name, entry]): readonly OrganisationFacts[] => {
    const id = orgIdOf(name);
    if (id === undefined) return [];
    const [groups = [], accreditedFor = [], agreements = []] = LISTS.map((field) => listOf(entry, field));
    return [{ id, groups, accreditedFor, agreements }];
  });
  return directoryOf(facts);
}

function orgIdOf(name: string): OrgId | undefined {
  try {
    return parseOrgId(name);
  } catch {
    return undefined;
  }
}
