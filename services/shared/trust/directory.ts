import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import { type OrgId, parseOrgId } from '../kernel/ids.js';
import type { JsonLimits } from '../kernel/json-fault.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { digest } from './digest.js';
import { type DirectoryKey, importAnchor, importDirectoryKey } from './directory-key.js';
import { type DirectorySource, type OrganisationEntry, parseDirectorySource } from './directory-source.js';
import type { PublicJwk } from './jwk.js';
import { signJws, verifyJws } from './jws.js';
import type { Signer } from './keys.js';

export type { DirectoryKey } from './directory-key.js';

/** A member of the federation. Members are never removed, only dated, so that old proofs still verify. */
export interface Organisation extends Omit<OrganisationEntry, 'agreements' | 'suspendedAt' | 'leftAt'> {
  readonly id: OrgId;
  readonly agreements: readonly OrgId[];
  readonly suspendedAt?: Date;
  readonly leftAt?: Date;
  readonly keys: readonly DirectoryKey[];
}

/** One verified version of the directory: an immutable snapshot. */
export interface Directory {
  readonly federation: string;
  readonly version: number;
  /** Digest of the JWS of the previous version; null for the first. */
  readonly previous: string | null;
  readonly issuedAt: Date;
  readonly nextUpdate: Date;
  readonly hub: { readonly keys: readonly DirectoryKey[] };
  readonly organisations: ReadonlyMap<OrgId, Organisation>;
  /** Digest of `jws`. */
  readonly digest: string;
  /** The exact signed form, to store and to forward. */
  readonly jws: string;
  /** Finds a listed key by its id. */
  key(kid: string): DirectoryKey | undefined;
}

/**
 * A member with two keys takes about 840 bytes and 44 values, so the byte limit allows about 300 members. Applies only after
 * the root's signature was verified.
 */
const LIMITS: JsonLimits = { bytes: 262_144, depth: 16, nodes: 20_000 };

/** Signs a version. Throws `schema-invalid`, `key-invalid` or `json-hostile` for a version that `openDirectory` would refuse. */
export async function signDirectory(source: DirectorySource, root: Signer): Promise<string> {
  const { issuedAt, ...claims } = parseDirectorySource(source);
  await directoryOf({ ...claims, issuedAt }, '');
  const signed = { iss: 'root', iat: seconds(new Date(issuedAt)), issuedAt, ...claims };
  parseStrictJson(JSON.stringify(signed), LIMITS);
  return signJws('directory+jws', signed, root);
}

/** Verifies a signed directory. Throws as `verifyJws` does, `schema-invalid`, and `key-invalid` for invalid or repeated keys. */
export async function openDirectory(jws: string, anchor: PublicJwk): Promise<Directory> {
  const root = await importAnchor(anchor);
  const { payload } = await verifyJws(jws, {
    typ: 'directory+jws',
    use: 'root',
    key: (kid) => (kid === root.kid ? root : undefined),
    // Staleness is judged by `isStale`, not here.
    now: new Date(8.64e15),
    limits: LIMITS,
  });
  const { iss: _iss, iat: _iat, ...source } = payload;
  return directoryOf(parseDirectorySource(source), jws);
}

/** True once its `nextUpdate` has passed. Callers then stop pulling and wait; they refuse nothing. */
export function isStale(directory: Directory, now: Date): boolean {
  return directory.nextUpdate <= now;
}

/** True if the organisation is suspended or has left. */
export function isSuspended({ suspendedAt, leftAt }: Organisation, now: Date): boolean {
  return [suspendedAt, leftAt].some((date) => date !== undefined && date <= now);
}

/** True for a listed key that is valid now: begun, not expired, not revoked. */
export function isInForce(
  key: Pick<DirectoryKey, 'notBefore' | 'notAfter' | 'revokedAt'> | undefined,
  now: Date,
): boolean {
  if (key === undefined || (key.revokedAt !== undefined && key.revokedAt <= now)) return false;
  return key.notBefore <= now && now <= key.notAfter;
}

async function directoryOf(source: DirectorySource, jws: string): Promise<Directory> {
  const hub = { keys: await importKeys(source.hub.keys, 'hub') };
  const organisations = await Promise.all(
    Object.entries(source.organisations).map(([id, entry]) => readOrganisation(parseOrgId(id), entry)),
  );
  const keys = [...hub.keys, ...organisations.flatMap((organisation) => organisation.keys)];
  const byKid = new Map(keys.map((key) => [key.kid, key]));
  // With one key under two names, a receipt of one could pass as a receipt of the other.
  if (byKid.size !== keys.length || new Set(keys.map((key) => key.x)).size !== keys.length) {
    throw fail('key-invalid', 'a key or key id is listed twice');
  }
  return {
    federation: source.federation,
    version: source.version,
    previous: source.previous,
    issuedAt: new Date(source.issuedAt),
    nextUpdate: new Date(source.nextUpdate),
    hub,
    organisations: new Map(organisations.map((organisation) => [organisation.id, organisation])),
    digest: digest(jws),
    jws,
    key: (kid) => byKid.get(kid),
  };
}

type Entry = DirectorySource['organisations'][string];

async function readOrganisation(id: OrgId, entry: Entry): Promise<Organisation> {
  const { keys, suspendedAt, leftAt, agreements, ...facts } = entry;
  return {
    id,
    ...facts,
    agreements: agreements.map(parseOrgId),
    ...(suspendedAt === undefined ? {} : { suspendedAt: new Date(suspendedAt) }),
    ...(leftAt === undefined ? {} : { leftAt: new Date(leftAt) }),
    keys: await importKeys(keys, id),
  };
}

function importKeys(entries: Entry['keys'], owner: string): Promise<DirectoryKey[]> {
  return Promise.all(entries.map((entry) => importDirectoryKey(entry, owner)));
}
