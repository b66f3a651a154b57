import { type Directory, importDirectory, signedVersionIn } from '../directory.js';
import { isOfPerson, type KeyEntry } from '../directory-key.js';
import type { PublicJwk } from '../jwk.js';
import { verifyJws } from '../jws.js';
import { parseKid } from '../kid.js';
import { claimedTyp } from '../parse-compact-jws.js';
import { type ShownSet, showSet, verifyShownSet } from '../shown-set.js';
import { openVersion, signedByRoot } from './open-version.js';

/** Whose parts of a directory are shown besides its head and the hub. */
export interface ShownOwners {
  readonly organisations: ReadonlySet<string>;
  /** Ids of keys whose holders are named. */
  readonly persons: ReadonlySet<string>;
}

/** The shown parts of a version: of what the root signed, and of what a directory key amended in it. */
export interface ShownDirectory extends ShownSet {
  readonly amendment?: ShownSet;
}

/** Returns the parts of a signed directory that verify what the hub and these owners signed; never a contact. */
export function showDirectory(frame: Uint8Array, { organisations, persons }: ShownOwners): ShownDirectory {
  const { directory, amendment } = signedVersionIn(frame);
  const isShown = (part: unknown): boolean => {
    const { type, id, kid } = Object(part) as Readonly<Record<string, unknown>>;
    if (type === 'organisation') return organisations.has(String(id));
    if (type === 'person') return persons.has(String(kid));
    return type === 'head' || type === 'amendment' || type === 'hub';
  };
  const shown = showSet(directory, isShown);
  return amendment === null ? shown : { ...shown, amendment: showSet(amendment, isShown) };
}

/**
 * Verifies shown parts of a directory against the federation root's key. The result lists the shown organisations only, and
 * of the keys that a person holds those whose holder is shown. Throws as `verifyShownSet` and `openDirectory` do.
 */
export async function openShownDirectory(
  { amendment, ...directory }: ShownDirectory,
  anchor: PublicJwk,
): Promise<Directory> {
  const version = await openVersion({ directory, amendment }, anchor, verifyShownSet);
  const { source } = version;
  const organisations = Object.entries(source.organisations).map(
    ([id, { keys, ...entry }]) => [id, { ...entry, keys: keys.filter(isUsable) }] as const,
  );
  const hub = { ...source.hub, keys: source.hub.keys.filter(isUsable) };
  const usable = { ...source, hub, organisations: Object.fromEntries(organisations) };
  return importDirectory({ ...version, source: usable }, new Uint8Array());
}

/**
 * Verifies the statement of a version without its parts: of the root, or of a directory key that `directory` lists. Throws as
 * `verifyJws` does.
 */
export async function verifyDirectoryStatement(
  statement: string,
  { root, directory }: { readonly root: PublicJwk; readonly directory: Pick<Directory, 'key'> },
): Promise<void> {
  const expected = await signedByRoot(root);
  const isAmended = claimedTyp(statement) === AMENDED.typ;
  await verifyJws(statement, isAmended ? { ...expected, ...AMENDED, key: directory.key } : expected);
}

/** What an amendment is verified against besides the keys; one that was signed before its key was revoked counts. */
const AMENDED = { typ: 'directory-amendment+jws', use: 'directory', recorded: new Date(0) } as const;

/** True for a key of an organisation or of the hub, and for that of a person who is shown. */
function isUsable({ kid, person }: KeyEntry): boolean {
  return person !== undefined || !isOfPerson(parseKid(kid).use);
}
