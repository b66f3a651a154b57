import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import { isOrgId, type OrgId, parseOrgId } from '../kernel/ids.js';
import { digest } from './digest.js';
import { type DirectoryKey, importDirectoryKey } from './directory-key.js';
import { directoryParts } from './directory/directory-parts.js';
import { type MemberDates, memberState } from './directory/member-state.js';
import { type OpenedVersion, openVersion, type RootVersion } from './directory/open-version.js';
import {
  type DirectorySource,
  type HubEntry,
  type OrganisationEntry,
  parseDirectorySource,
} from './directory-source.js';
import type { WitnessList } from './directory/witness-schema.js';
import type { PublicJwk } from './jwk.js';
import type { Signer } from './keys.js';
import { signSet, verifySet } from './signed-set.js';
import { type DirectoryFrame, frames, type SignedSet } from '../wire/frames.js';

export { type DirectoryKey, isInForce } from './directory-key.js';

/** A member of the federation. Members are never removed, only dated, so that old proofs still verify. */
export interface Organisation extends Omit<OrganisationEntry, 'agreements'> {
  readonly id: OrgId;
  /** The newest contract that its gateway speaks. */
  readonly contract: number;
  /** The digest of the request by which it joined. */
  readonly joinRequest?: string;
  readonly agreements: readonly OrgId[];
  readonly suspendedAt?: Date;
  readonly leavingAt?: Date;
  readonly leftAt?: Date;
  readonly keys: readonly DirectoryKey[];
}

/** One verified version of the directory: an immutable snapshot. */
export interface Directory {
  readonly federation: string;
  readonly version: number;
  /** Digest of the statement of the previous version; null for the first. */
  readonly previous: string | null;
  readonly issuedAt: Date;
  readonly nextUpdate: Date;
  readonly hub: Omit<HubEntry, 'keys'> & { readonly keys: readonly DirectoryKey[] };
  readonly organisations: ReadonlyMap<OrgId, Organisation>;
  /** Absent while the first 15 members are the witnesses. */
  readonly witnesses?: WitnessList;
  /** Digest of the statement that names this version: of the root, or of its directory key. */
  readonly digest: string;
  /** The id of the key that signed it. */
  readonly signedBy: string;
  /** The version that the root signed last; that one itself, or the one that this version amends. */
  readonly base: RootVersion;
  /** The exact bytes of the `DirectoryFrame`, to store and to forward. */
  readonly frame: Uint8Array;
  /** Finds a listed key by its id. */
  key(kid: string): DirectoryKey | undefined;
}

/**
 * The most bytes of a directory, which must fit into one message of the broker (1 MiB). A member with six
 * keys and a contact takes about 1.7 kB.
 */
const MAX_BYTES = 1_000_000;

/**
 * Signs a version and returns its frame. Throws `schema-invalid`, `key-invalid` or `oversize` for a version
 * that `openDirectory` would refuse.
 */
export async function signDirectory(source: DirectorySource, root: Signer): Promise<Uint8Array> {
  const parsed = parseDirectorySource(source);
  await importKeysOf(parsed);
  const claims = { iss: 'root', iat: seconds(new Date(parsed.issuedAt)) };
  const directory = await signSet({
    typ: 'directory+jws',
    claims,
    parts: directoryParts(parsed),
    signer: root,
  });
  return encodeVersion({ directory });
}

/** Returns the frame of a signed version. Throws `oversize`. */
export function encodeVersion(version: DirectoryFrame): Uint8Array {
  // In the oldest contract, so that a member whose gateway is not updated yet learns of revocations.
  const frame = frames.directory.encode(version);
  if (frame.length <= MAX_BYTES) return frame;
  throw fail(
    'oversize',
    `the directory has ${frame.length} bytes: at most ${MAX_BYTES} fit into one message`,
  );
}

/**
 * Verifies a signed directory by the root's public key alone. Throws `oversize`, `frame-unreadable` or `contract-unknown`, as
 * `verifySet` and `openVersion` do, `schema-invalid`, and `key-invalid` for invalid or repeated keys.
 */
export async function openDirectory(frame: Uint8Array, anchor: PublicJwk): Promise<Directory> {
  return importDirectory(await openVersion(signedVersionIn(frame), anchor, verifySet), frame);
}

/** Returns the signed sets of a frame, not verified. Throws `oversize`, `frame-unreadable` or `contract-unknown`. */
export function signedVersionIn(
  frame: Uint8Array,
): Required<DirectoryFrame> & { readonly directory: SignedSet } {
  if (frame.length > MAX_BYTES) throw fail('oversize', `a directory of more than ${MAX_BYTES} bytes`);
  const { directory, amendment = null } = frames.directory.decode(frame);
  if (directory) return { directory, amendment };
  throw fail('frame-unreadable', 'frame holds no directory');
}

/** True once its `nextUpdate` has passed. Callers then stop pulling and wait; they refuse nothing. */
export function isStale(directory: Directory, now: Date): boolean {
  return directory.nextUpdate <= now;
}

/** True if the organisation is suspended, is leaving or has left. */
export function isSuspended(member: MemberDates, now: Date): boolean {
  return memberState(member, now) !== 'member';
}

/** True if the directory says that the organisation has left, whatever the date: that is final, and it answers nothing more. */
export function hasLeft({ organisations }: Pick<Directory, 'organisations'>, org: string): boolean {
  return isOrgId(org) && organisations.get(org)?.leftAt !== undefined;
}

/** Returns how a directory lists this very key; undefined also where it lists another one under its id. */
export function listingOf(
  { key }: Pick<Directory, 'key'>,
  { kid, x }: Pick<PublicJwk, 'kid' | 'x'>,
): DirectoryKey | undefined {
  const listed = key(kid);
  return listed?.x === x ? listed : undefined;
}

/** Imports the keys of an opened version. Throws `key-invalid` for invalid or repeated keys. */
export async function importDirectory(
  { source, statement, signedBy, base }: OpenedVersion,
  frame: Uint8Array,
): Promise<Directory> {
  const { hub, organisations, byKid } = await importKeysOf(source);
  return {
    federation: source.federation,
    version: source.version,
    previous: source.previous,
    issuedAt: new Date(source.issuedAt),
    nextUpdate: new Date(source.nextUpdate),
    hub,
    organisations: new Map(organisations.map((organisation) => [organisation.id, organisation])),
    ...(source.witnesses === undefined ? {} : { witnesses: source.witnesses }),
    digest: digest(statement),
    signedBy,
    base,
    frame,
    key: (kid) => byKid.get(kid),
  };
}

async function importKeysOf(source: DirectorySource) {
  const hub = { ...source.hub, keys: await importKeys(source.hub.keys, 'hub') };
  const organisations = await Promise.all(
    Object.entries(source.organisations).map(([id, entry]) => readOrganisation(parseOrgId(id), entry)),
  );
  const keys = [...hub.keys, ...organisations.flatMap((organisation) => organisation.keys)];
  const byKid = new Map(keys.map((key) => [key.kid, key]));
  // With one key under two names, a receipt of one could pass as a receipt of the other.
  if (byKid.size !== keys.length || new Set(keys.map((key) => key.x)).size !== keys.length) {
    throw fail('key-invalid', 'a key or key id is listed twice');
  }
  return { hub, organisations, byKid };
}

type Entry = DirectorySource['organisations'][string];

async function readOrganisation(id: OrgId, entry: Entry): Promise<Organisation> {
  const { keys, suspendedAt, leavingAt, leftAt, agreements, ...facts } = entry;
  return {
    id,
    ...facts,
    agreements: agreements.map(parseOrgId),
    ...(suspendedAt === undefined ? {} : { suspendedAt: new Date(suspendedAt) }),
    ...(leavingAt === undefined ? {} : { leavingAt: new Date(leavingAt) }),
    ...(leftAt === undefined ? {} : { leftAt: new Date(leftAt) }),
    keys: await importKeys(keys, id),
  };
}

function importKeys(entries: Entry['keys'], owner: string): Promise<DirectoryKey[]> {
  return Promise.all(entries.map((entry) => importDirectoryKey(entry, owner)));
}
