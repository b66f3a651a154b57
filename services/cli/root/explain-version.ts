import { isDeepStrictEqual } from 'node:util';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import type { DirectorySource } from '../../shared/trust/directory-source.js';

/** The hub or a member, as a version lists it. */
interface Owner {
  readonly keys: readonly KeyEntry[];
}

/**
 * Returns a line for each difference of two versions of the directory, apart from their numbers and dates: what the holder of the
 * root key decides on. Values are JSON, in which no text of a request can imitate another line.
 */
export function explainVersion(before: DirectorySource, after: DirectorySource): readonly string[] {
  const names = (source: DirectorySource): readonly string[] => Object.keys(source.organisations);
  const members = [...new Set([...names(before), ...names(after)])];
  return [
    ...changed('federation', before.federation, after.federation),
    ...ownerLines('hub', before.hub, after.hub),
    ...changed('witnesses', namedWitnesses(before), namedWitnesses(after)),
    ...members.flatMap((id) => ownerLines(id, before.organisations[id], after.organisations[id])),
  ];
}

/** Returns the number and members of the witness list of a version. */
function namedWitnesses({ witnesses }: DirectorySource): object | undefined {
  return witnesses && { number: witnesses.number, members: witnesses.members };
}

function ownerLines(id: string, before: Owner | undefined, after: Owner | undefined): readonly string[] {
  const { keys: keysBefore = [], ...factsBefore } = before ?? {};
  const { keys: keysAfter = [], ...factsAfter } = after ?? {};
  const first = before === undefined ? [`${id}: NEW MEMBER`] : [];
  const last = after === undefined ? [`${id}: removed`] : [];
  return [
    ...first,
    ...last,
    ...memberLines(id, factsBefore, factsAfter),
    ...memberLines(id, byKid(keysBefore), byKid(keysAfter)),
  ];
}

type Members = Readonly<Record<string, unknown>>;

function memberLines(id: string, before: Members, after: Members): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => changed(`${id}: ${name}`, before[name], after[name]));
}

function byKid(keys: readonly KeyEntry[]): Members {
  return Object.fromEntries(keys.map(({ kid, ...entry }) => [`key ${kid}`, entry]));
}

function changed(what: string, before: unknown, after: unknown): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  const was = before === undefined ? '' : `, before ${JSON.stringify(before)}`;
  return [`${what}: ${after === undefined ? 'none' : JSON.stringify(after)}${was}`];
}
