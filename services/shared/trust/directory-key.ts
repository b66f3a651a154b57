import { fail } from '../kernel/errors.js';
import { type PublicJwk, parsePublicJwk } from './jwk.js';
import { importVerifier, type Verifier } from './keys.js';
import { type KeyName, type KeyUse, parseKid } from './kid.js';

/** A key as the signed directory lists it. Dates are RFC 3339 in whole seconds UTC. */
export interface KeyEntry {
  readonly kid: string;
  readonly jwk: PublicJwk;
  readonly use: KeyUse;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly revokedAt?: string;
  /** The holder of an `operator` key. */
  readonly person?: string;
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
}

const USES_OF_HUB: readonly KeyUse[] = ['hub', 'audit', 'operator'];
const USES_OF_ORGANISATION: readonly KeyUse[] = ['notice', 'receipt', 'policy', 'witness'];

/** Imports a key of the directory. Throws `key-invalid` unless its id, use, owner and JWK agree. */
export async function importDirectoryKey(entry: KeyEntry, owner: string): Promise<DirectoryKey> {
  const { kid, use } = entry;
  const name = parseKid(kid);
  const jwk = parsePublicJwk(entry.jwk);
  const allowed = owner === 'hub' ? USES_OF_HUB : USES_OF_ORGANISATION;
  const agrees = name.owner === owner && name.use === use && jwk.kid === kid && allowed.includes(use);
  if (!agrees)
    throw fail('key-invalid', `key \`${kid}\` is listed under another owner, use or id than its own`);
  if ((use === 'operator') !== (entry.person !== undefined)) {
    throw fail('key-invalid', `key \`${kid}\`: a key names a person exactly if it is an operator key`);
  }
  return {
    kid,
    ...name,
    x: jwk.x,
    verifier: await importVerifier(jwk),
    notBefore: new Date(entry.notBefore),
    notAfter: new Date(entry.notAfter),
    ...(entry.revokedAt === undefined ? {} : { revokedAt: new Date(entry.revokedAt) }),
    ...(entry.person === undefined ? {} : { person: entry.person }),
  };
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
