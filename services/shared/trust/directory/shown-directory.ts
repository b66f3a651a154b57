import { fail } from '../../kernel/errors.js';
import { frames } from '../../wire/frames.js';
import { type Directory, importDirectory } from '../directory.js';
import { importAnchor, isOfPerson, type KeyEntry } from '../directory-key.js';
import type { PublicJwk } from '../jwk.js';
import { type Expected, verifyJws } from '../jws.js';
import { parseKid } from '../kid.js';
import { type ShownSet, showSet, verifyShownSet } from '../shown-set.js';
import { parseDirectoryParts } from './directory-parts.js';

/** Whose parts of a directory are shown besides its head and the hub. */
export interface ShownOwners {
  readonly organisations: ReadonlySet<string>;
  /** Ids of keys whose holders are named. */
  readonly persons: ReadonlySet<string>;
}

/** Returns the parts of a signed directory that verify what the hub and these owners signed; never a contact. */
export function showDirectory(frame: Uint8Array, { organisations, persons }: ShownOwners): ShownSet {
  const { directory } = frames.directory.decode(frame);
  if (!directory) throw fail('frame-unreadable', 'frame holds no directory');
  return showSet(directory, (part) => {
    const { type, id, kid } = Object(part) as Readonly<Record<string, unknown>>;
    if (type === 'organisation') return organisations.has(String(id));
    if (type === 'person') return persons.has(String(kid));
    return type === 'head' || type === 'hub';
  });
}

/**
 * Verifies shown parts of a directory against the federation root's key. The result lists the shown organisations only, and
 * of the keys that a person holds those whose holder is shown. Throws as `verifyShownSet` and `openDirectory` do.
 */
export async function openShownDirectory(shown: ShownSet, anchor: PublicJwk): Promise<Directory> {
  const { parts } = await verifyShownSet(shown, await signedByRoot(anchor));
  const source = parseDirectoryParts(parts);
  const organisations = Object.entries(source.organisations).map(
    ([id, { keys, ...entry }]) => [id, { ...entry, keys: keys.filter(isUsable) }] as const,
  );
  const hub = { ...source.hub, keys: source.hub.keys.filter(isUsable) };
  const usable = { ...source, hub, organisations: Object.fromEntries(organisations) };
  return importDirectory(usable, { statement: shown.statement, frame: new Uint8Array() });
}

/** Verifies the statement of a directory without its parts. Throws as `verifyJws` does. */
export async function verifyDirectoryStatement(statement: string, anchor: PublicJwk): Promise<void> {
  await verifyJws(statement, await signedByRoot(anchor));
}

async function signedByRoot(anchor: PublicJwk): Promise<Expected> {
  const root = await importAnchor(anchor);
  const key: Expected['key'] = (kid) => (kid === root.kid ? root : undefined);
  // Staleness is judged by its readers.
  return { typ: 'directory+jws', use: 'root', key, now: new Date(8.64e15) };
}

/** True for a key of an organisation or of the hub, and for that of a person who is shown. */
function isUsable({ kid, person }: KeyEntry): boolean {
  return person !== undefined || !isOfPerson(parseKid(kid).use);
}
