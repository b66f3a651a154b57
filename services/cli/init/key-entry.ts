import { rfc3339 } from '../../shared/kernel/clock.js';
import type { DirectoryKey } from '../../shared/trust/directory.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import type { PublicJwk } from '../../shared/trust/jwk.js';
import { parseKid } from '../../shared/trust/kid.js';

const KEY_YEARS = 2;
export const DAY_MS = 86_400_000;

interface Listing {
  readonly notBefore: Date;
  /** Whose it is; of an operator's key only. */
  readonly person?: string | undefined;
}

/** A key as the directory lists it for the first time: good for two years. */
export function newEntry(jwk: PublicJwk, { notBefore, person }: Listing): KeyEntry {
  return {
    kid: jwk.kid,
    jwk,
    use: parseKid(jwk.kid).use,
    ...(person === undefined ? {} : { person }),
    notBefore: rfc3339(notBefore),
    notAfter: rfc3339(new Date(notBefore.getTime() + KEY_YEARS * 365 * DAY_MS)),
  };
}

/** A key as the version before listed it. */
export function existingEntry(key: DirectoryKey): KeyEntry {
  const { kid, x, use, notBefore, notAfter, revokedAt, person } = key;
  return {
    kid,
    jwk: { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x },
    use,
    notBefore: rfc3339(notBefore),
    notAfter: rfc3339(notAfter),
    ...(revokedAt === undefined ? {} : { revokedAt: rfc3339(revokedAt) }),
    ...(person === undefined ? {} : { person }),
  };
}
