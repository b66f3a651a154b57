import { fail } from '../../kernel/errors.js';
import { isJsonObject, type JsonObject } from '../../kernel/json-object.js';
import type { KeyEntry } from '../directory-key.js';
import { type DirectorySource, parseDirectorySource } from '../directory-source.js';

/**
 * Returns the parts of a version in the order in which they are signed: head, hub, each organisation, each
 * contact, each person's name, the witnesses. One part can be shown without the others, so the part of an organisation holds
 * neither its contact nor the names of persons.
 */
export function directoryParts(source: DirectorySource): readonly JsonObject[] {
  const { hub, organisations, witnesses, ...head } = source;
  const { keys: ofHub, ...hubFacts } = hub;
  const members = Object.entries(organisations);
  const keys = [hub, ...Object.values(organisations)].flatMap((owner) => owner.keys);
  return [
    { type: 'head', ...head },
    { type: 'hub', ...hubFacts, keys: ofHub.map(withoutPerson) },
    ...members.map(([id, { contact: _contact, keys: own, ...member }]) => ({
      type: 'organisation',
      id,
      ...member,
      keys: own.map(withoutPerson),
    })),
    ...members.flatMap(([id, { contact }]) =>
      contact === undefined ? [] : [{ type: 'contact', id, contact }],
    ),
    ...keys.flatMap(({ kid, person }) => (person === undefined ? [] : [{ type: 'person', kid, person }])),
    ...(witnesses === undefined ? [] : [{ type: 'witnesses', ...witnesses }]),
  ];
}

function withoutPerson({ person: _person, ...entry }: KeyEntry): Omit<KeyEntry, 'person'> {
  return entry;
}

/**
 * Reverses `directoryParts`. Throws `schema-invalid`, with the place of the fault where there is one, also
 * for parts in another order, a repeated part, and a contact or name whose organisation or key is missing.
 */
export function parseDirectoryParts(parts: readonly unknown[]): DirectorySource {
  const [head, hub, ...others] = parts.map((part) => (isJsonObject(part) ? part : {}));
  const contacts = valuesBy(others, 'contact', 'id');
  const persons = valuesBy(others, 'person', 'kid');
  const witnesses = others.find(({ type }) => type === 'witnesses');
  const organisations = others
    .filter(({ type }) => type === 'organisation')
    .map(({ id, ...member }) => {
      const contact = contacts.get(id);
      return [
        String(id),
        { ...restored(member, persons), ...(contact === undefined ? {} : { contact }) },
      ] as const;
    });
  const source = parseDirectorySource({
    ...bodyOf(head),
    hub: restored(hub ?? {}, persons),
    organisations: Object.fromEntries(organisations),
    ...(witnesses === undefined ? {} : { witnesses: bodyOf(witnesses) }),
  });
  // Canonical like frames (docs/adr/0002): splitting the result must give the same parts.
  if (JSON.stringify(directoryParts(source)) === JSON.stringify(parts)) return source;
  throw fail('schema-invalid', 'directory: parts are out of order, repeated or without an owner');
}

type Part = JsonObject;

function bodyOf({ type: _type, ...body }: Part = {}): Part {
  return body;
}

/** Returns an owner's part with the names of persons in its keys. */
function restored(part: Part, persons: ReadonlyMap<unknown, unknown>): Part {
  const { keys, ...body } = bodyOf(part);
  if (!Array.isArray(keys)) return bodyOf(part);
  const named = keys.map((key: unknown) => {
    const person = isJsonObject(key) ? persons.get(key['kid']) : undefined;
    return person === undefined ? key : { ...Object(key), person };
  });
  return { ...body, keys: named };
}

function valuesBy(
  parts: readonly Part[],
  type: 'contact' | 'person',
  key: string,
): ReadonlyMap<unknown, unknown> {
  const own = parts.filter((part) => part['type'] === type);
  return new Map(own.map((part) => [part[key], part[type]]));
}
