import { rfc3339 } from '../../shared/kernel/clock.js';
import type { DirectoryKey } from '../../shared/trust/directory.js';
import { type KeyEntry, listedKeyOf } from '../../shared/trust/directory-key.js';
import type { PublicJwk } from '../../shared/trust/jwk.js';

const KEY_YEARS = 2;
/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

interface NewEntryParams {
  readonly notBefore: Date;
  /** The person who holds an operator or approver key. */
  readonly person?: string | undefined;
  /** The id of the key that asked for it. */
  readonly askedBy?: string | undefined;
}

/** Returns the directory entry of a new key, which is valid for two years. */
export function newEntry(jwk: PublicJwk, { notBefore, person, askedBy }: NewEntryParams): KeyEntry {
  return {
    kid: jwk.kid,
    ...listedKeyOf(jwk),
    ...(person === undefined ? {} : { person }),
    notBefore: rfc3339(notBefore),
    notAfter: rfc3339(new Date(notBefore.getTime() + KEY_YEARS * 365 * DAY_MS)),
    ...(askedBy === undefined ? {} : { askedBy }),
  };
}

/** Returns the directory entry of a key that the previous version lists. */
export function existingEntry(key: DirectoryKey): KeyEntry {
  const { kid, x, notBefore, notAfter, revokedAt, person, askedBy } = key;
  return {
    kid,
    ...listedKeyOf({ x }),
    notBefore: rfc3339(notBefore),
    notAfter: rfc3339(notAfter),
    ...(revokedAt === undefined ? {} : { revokedAt: rfc3339(revokedAt) }),
    ...(person === undefined ? {} : { person }),
    ...(askedBy === undefined ? {} : { askedBy }),
  };
}
