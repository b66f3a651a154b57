import { fail } from '../kernel/errors.js';
import type { OrgId } from '../kernel/ids.js';
import { type PublicJwk, parsePublicJwk } from './jwk.js';
import { importVerifier, type Verifier } from './keys.js';
import { type KeyName, type KeyUse, parseKid } from './kid.js';

/**
 * A key as the signed directory lists it. Dates are RFC 3339 in whole seconds UTC. `type` determines the
 * members of `jwk`: for `Ed25519`, `kty`, `crv` and `x` of RFC 8037.
 */
export interface KeyEntry {
  readonly kid: string;
  readonly type: string;
  readonly jwk: ListedJwk;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly revokedAt?: string;
  /** The holder of an `operator` or `approver` key. */
  readonly person?: string;
  /** The id of the key that asked for this one; absent for a key that the signer of the directory added by itself. */
  readonly askedBy?: string;
}

interface ListedJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

/** A key of the directory, imported once. `owner` is an organisation, `hub` or `root`. */
export interface DirectoryKey extends KeyName {
  readonly kid: string;
  readonly x: string;
  readonly verifier: Verifier;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly revokedAt?: Date;
  readonly person?: string;
  readonly askedBy?: string;
  /** The dates that a newer version of the directory gives it, while the additions of that version do not count. */
  readonly proposed?: Pick<DirectoryKey, 'notBefore' | 'notAfter'>;
}

interface ListedMember {
  readonly keys: readonly DirectoryKey[];
  /** The newest contract that its gateway speaks. */
  readonly contract: number;
}

/** The keys of the members of a federation, as one version of the directory lists them. */
export interface ListedKeys {
  readonly federation: string;
  readonly organisations: ReadonlyMap<OrgId, ListedMember>;
  /** Finds a listed key by its id. */
  key(kid: string): DirectoryKey | undefined;
}

/** The one type of key so far. */
const ED25519 = 'Ed25519';

const USES_OF_HUB: readonly KeyUse[] = ['hub', 'audit', 'operator', 'log', 'directory'];
const USES_OF_ORGANISATION: readonly KeyUse[] = ['notice', 'receipt', 'policy', 'witness', 'approver'];
const USES_OF_PERSONS = ['operator', 'approver'] as const satisfies readonly KeyUse[];

/** A use whose keys persons hold. */
export type UseOfPerson = (typeof USES_OF_PERSONS)[number];

/** True for a use of an organisation's keys. */
export function isOfOrganisation(use: KeyUse): boolean {
  return USES_OF_ORGANISATION.includes(use);
}

/** True for a use whose keys persons hold. */
export function isOfPerson(use: KeyUse): use is UseOfPerson {
  return USES_OF_PERSONS.some((one) => one === use);
}

/** Returns the name of a person in the form in which two spellings of one name are equal. */
export function personName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

/** Returns the name of the person who holds a key in that form, or the id of a key that no person holds. */
export function personOf({ person, kid }: Pick<DirectoryKey, 'person' | 'kid'>): string {
  return personName(person ?? kid);
}

/** True for a listed key that is valid now: begun, not expired, not revoked. */
export function isInForce(
  key: Pick<DirectoryKey, 'notBefore' | 'notAfter' | 'revokedAt'> | undefined,
  now: Date,
): boolean {
  if (key === undefined || (key.revokedAt !== undefined && key.revokedAt <= now)) return false;
  return key.notBefore <= now && now <= key.notAfter;
}

/** Returns the type and JWK of a public key as the directory lists them. */
export function listedKeyOf({ x }: Pick<PublicJwk, 'x'>): Pick<KeyEntry, 'type' | 'jwk'> {
  return { type: ED25519, jwk: { kty: 'OKP', crv: 'Ed25519', x } };
}

/** Imports a key of the directory. Throws `key-invalid` for an unknown type, and unless its id, owner and JWK agree. */
export async function importDirectoryKey(entry: KeyEntry, owner: string): Promise<DirectoryKey> {
  const { kid } = entry;
  const name = parseKid(kid);
  const allowed = owner === 'hub' ? USES_OF_HUB : USES_OF_ORGANISATION;
  if (name.owner !== owner || !allowed.includes(name.use))
    throw fail('key-invalid', `key \`${kid}\` is listed under another owner than its own`);
  if (isOfPerson(name.use) !== (entry.person !== undefined)) {
    throw fail('key-invalid', `key \`${kid}\`: a key names a person exactly if a person holds it`);
  }
  const jwk = readJwk(entry);
  return {
    kid,
    ...name,
    x: jwk.x,
    verifier: await importVerifier(jwk),
    notBefore: new Date(entry.notBefore),
    notAfter: new Date(entry.notAfter),
    ...(entry.revokedAt === undefined ? {} : { revokedAt: new Date(entry.revokedAt) }),
    ...(entry.person === undefined ? {} : { person: entry.person }),
    ...(entry.askedBy === undefined ? {} : { askedBy: entry.askedBy }),
  };
}

function readJwk({ kid, type, jwk }: KeyEntry): PublicJwk {
  if (type !== ED25519) throw fail('key-invalid', `key \`${kid}\` has the unknown type \`${type}\``);
  if (Object.keys(jwk).length !== 3)
    throw fail('key-invalid', `key \`${kid}\` has other members than kty, crv, x`);
  return parsePublicJwk({ ...jwk, alg: 'EdDSA', use: 'sig', kid });
}

/** Imports the federation root's key. No directory lists it: it is valid as long as it is configured. */
export async function importAnchor(jwk: PublicJwk): Promise<DirectoryKey> {
  const name = parseKid(jwk.kid);
  if (name.owner !== 'root' || name.use !== 'root') {
    throw fail('key-invalid', `key \`${jwk.kid}\` is not a federation root`);
  }
  return {
    kid: jwk.kid,
    ...name,
    x: jwk.x,
    verifier: await importVerifier(jwk),
    notBefore: new Date(0),
    notAfter: new Date(8.64e15),
  };
}
