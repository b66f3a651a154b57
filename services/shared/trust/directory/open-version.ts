import { fail } from '../../kernel/errors.js';
import { seconds } from '../../kernel/clock.js';
import { digest } from '../digest.js';
import { importAnchor, importDirectoryKey } from '../directory-key.js';
import type { DirectorySource } from '../directory-source.js';
import type { PublicJwk } from '../jwk.js';
import type { Expected } from '../jws.js';
import { parseKid } from '../kid.js';
import type { VerifiedSet } from '../signed-set.js';
import { verifyAddedKeys } from './added-key.js';
import { amend, parseAmendment } from './amendment.js';
import { parseDirectoryParts } from './directory-parts.js';
import { verifyStatedContract } from './stated-contract.js';

/** A version of the directory whose signatures verify, before its keys are imported. */
export interface OpenedVersion {
  readonly source: DirectorySource;
  /** The statement that names the version: of the root, or of its directory key. */
  readonly statement: string;
  /** The id of the key that signed it. */
  readonly signedBy: string;
  readonly base: RootVersion;
}

/** The version that the root signed last. Later ones have its members, keys and facts, and add dates, revocations, next keys, contracts. */
export interface RootVersion {
  readonly version: number;
  /** Digest of its statement. */
  readonly digest: string;
}

/** What the root signed, and what a directory key amended in it. */
interface SignedVersion<Signed> {
  readonly directory: Signed;
  readonly amendment?: Signed | null | undefined;
}

/** Staleness is judged by readers, with the version that is opened. */
const AT_ANY_TIME = new Date(8.64e15);
/** The parts that a version and its amendment have at the same places. */
const PAIRED = ['head', 'amendment', 'hub', 'organisation'];

/**
 * Opens a version by the root's public key alone; `verify` verifies whole sets or shown parts. The key that signed an amendment is
 * one that the root listed, not revoked. Throws as `verify`, `parseDirectoryParts`, `parseAmendment`, `amend`, `verifyAddedKeys` and
 * `verifyStatedContract` do, `token-malformed` for another date than the statement's, and `digest-mismatch` for an amendment of another
 * version, or one that withholds what it says about a shown part.
 */
export async function openVersion<Signed extends { readonly statement: string }>(
  { directory, amendment }: SignedVersion<Signed>,
  anchor: PublicJwk,
  verify: (set: Signed, expected: Expected) => Promise<VerifiedSet>,
): Promise<OpenedVersion> {
  const signed = await verify(directory, await signedByRoot(anchor));
  const source = parseDirectoryParts(signed.parts);
  const base = { version: source.version, digest: digest(directory.statement) };
  if (!amendment) return { source, statement: directory.statement, signedBy: signed.key.kid, base };
  const amended = await verify(amendment, await signedByDirectoryKey(source));
  if (pairedPlaces(signed) !== pairedPlaces(amended))
    throw fail('digest-mismatch', 'the amendment of the directory withholds what it says about a shown part');
  const read = parseAmendment(amended.parts);
  if (amended.claims['iat'] !== seconds(new Date(read.head.issuedAt)))
    throw fail('token-malformed', 'an amendment of the directory was issued at another time than it says');
  if (read.head.base !== base.digest)
    throw fail('digest-mismatch', 'the amendment is of another version of the directory');
  const next = amend(source, read);
  for (const organisation of read.organisations) {
    await verifyAddedKeys(organisation, { base: source, amended: next });
    await verifyStatedContract(organisation, { base: source, amended: next });
  }
  return { source: next, statement: amendment.statement, signedBy: amended.key.kid, base };
}

/** What the statement of a version of the root is verified against. */
export async function signedByRoot(anchor: PublicJwk): Promise<Expected> {
  const root = await importAnchor(anchor);
  const key: Expected['key'] = (kid) => (kid === root.kid ? root : undefined);
  return { typ: 'directory+jws', use: 'root', key, now: AT_ANY_TIME };
}

async function signedByDirectoryKey({ hub }: DirectorySource): Promise<Expected> {
  const listed = hub.keys.filter(({ kid }) => parseKid(kid).use === 'directory');
  const keys = await Promise.all(listed.map((entry) => importDirectoryKey(entry, 'hub')));
  const key: Expected['key'] = (kid) => keys.find((one) => one.kid === kid);
  return { typ: 'directory-amendment+jws', use: 'directory', key, now: AT_ANY_TIME };
}

function pairedPlaces({ parts, indices }: VerifiedSet): string {
  const isPaired = (part: unknown): boolean => PAIRED.includes(String(Object(part).type));
  return indices.filter((_, at) => isPaired(parts[at])).join();
}
