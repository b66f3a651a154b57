import { closed } from '../../kernel/closed-schema.js';
import { fail } from '../../kernel/errors.js';
import { parseOrgId } from '../../kernel/ids.js';
import {
  type DirectoryKey,
  importDirectoryKey,
  isOfPerson,
  type KeyEntry,
  type ListedKeys,
  listedKeyOf,
} from '../directory-key.js';
import { type DirectorySource, directorySchemas } from '../directory-source.js';
import { parseKid } from '../kid.js';
import { judgeKeyRequest } from './judge-key-request.js';
import { openKeyRequest, readKeyRequest } from './key-request.js';

/** A key that a directory key lists: all but its dates is in the request of its owner, which its predecessor signed. */
export interface AddedKey {
  /** The text of the key request. */
  readonly request: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/**
 * The most characters of the request for an added key, which each version holds until the root signs one. A request that two keys
 * with long names signed has about 1,100.
 */
export const MAX_BESIDE_VERSION = 2_048;
const { date } = directorySchemas;

/** The JSON schema of an added key. */
export const addedKeySchema = closed({
  request: { type: 'string', maxLength: MAX_BESIDE_VERSION },
  notBefore: date,
  notAfter: date,
});

/** How long an added key is valid at most, in milliseconds. */
const MAX_LIFE_MS = 2 * 365 * 86_400_000;

/** Returns the directory entry of an added key, whose request is not verified. Throws `key-invalid`, and as `readKeyRequest` does. */
export function entryOfAdded({ request, notBefore, notAfter }: AddedKey): KeyEntry {
  const { claims, use, kids } = readKeyRequest(request);
  const askedBy = kids.find((kid) => parseKid(kid).use === use);
  if (claims.wish.type !== 'next' || askedBy === undefined)
    throw fail('key-invalid', 'an amendment of the directory adds a key that no key of its use asked for');
  const { key } = claims.wish;
  return { kid: key.kid, ...listedKeyOf(key), notBefore, notAfter, askedBy };
}

interface VerifyParams {
  /** The version that the root signed. */
  readonly base: DirectorySource;
  /** The version that the amendment makes of it. */
  readonly amended: DirectorySource;
}

/**
 * Verifies the keys that an amendment adds to those of one organisation, each by the keys that were in force when it began: those of
 * the base, and those added before it. Throws `key-invalid` for its dates and for a request that the hub may not grant alone, and as
 * `openKeyRequest` and `judgeKeyRequest` do.
 */
export async function verifyAddedKeys(
  { id, added = [] }: { readonly id: string; readonly added?: readonly AddedKey[] },
  { base, amended }: VerifyParams,
): Promise<void> {
  if (added.length === 0) return;
  const keys = await keysOfMember(amended, id);
  const before = keys.length - added.length;
  for (const [index, one] of added.entries()) {
    requireDates(one, { base, amended });
    const now = new Date(one.notBefore);
    const directory = listedThen(amended, { id, keys: keys.slice(0, before + index), now });
    const request = await openKeyRequest(one.request, { directory, now });
    if (judgeKeyRequest(request, directory, now).granting !== 'automatic')
      throw fail('key-invalid', `\`${request.use}\` key that a person grants: the root lists it`);
  }
}

/** Imports the keys of a member of a version, in their order. Throws `key-invalid`. */
export function keysOfMember(
  { organisations }: DirectorySource,
  id: string,
): Promise<readonly DirectoryKey[]> {
  const entries = organisations[id]?.keys ?? [];
  return Promise.all(entries.map((entry) => importDirectoryKey(withPerson(entry), id)));
}

interface ListedThen {
  readonly id: string;
  readonly keys: readonly DirectoryKey[];
  readonly now: Date;
}

/** Returns the directory as it listed these keys of one member at `now`, with no contract, so that any number is newer. */
export function listedThen({ federation }: DirectorySource, { id, keys, now }: ListedThen): ListedKeys {
  const listed = listedAt(keys, now);
  return {
    federation,
    organisations: new Map([[parseOrgId(id), { keys: listed, contract: 0 }]]),
    key: (kid) => listed.find((key) => key.kid === kid),
  };
}

/** Fills in the name of a person that is not shown, without which the key could not be imported. */
function withPerson(entry: KeyEntry): KeyEntry {
  return isOfPerson(parseKid(entry.kid).use) ? { ...entry, person: entry.person ?? 'not shown' } : entry;
}

/** Returns the keys as they were listed at `now`: without the revocations of that second and later ones. */
function listedAt(keys: readonly DirectoryKey[], now: Date): readonly DirectoryKey[] {
  return keys.map(({ revokedAt, ...key }) =>
    revokedAt === undefined || revokedAt >= now ? key : { ...key, revokedAt },
  );
}

/** An added key begins between the version of the root and the amended one, and ends like another key. */
function requireDates({ notBefore, notAfter }: AddedKey, { base, amended }: VerifyParams): void {
  if (notBefore < base.issuedAt || notBefore > amended.issuedAt)
    throw fail('key-invalid', 'an added key begins before the version of the root, or after the amended one');
  if (Date.parse(notAfter) > Date.parse(notBefore) + MAX_LIFE_MS)
    throw fail('key-invalid', 'an added key is valid for two years at most');
}
