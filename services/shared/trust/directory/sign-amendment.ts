import { isDeepStrictEqual } from 'node:util';
import { seconds } from '../../kernel/clock.js';
import { LiaisonError } from '../../kernel/errors.js';
import { digest } from '../digest.js';
import { encodeVersion, signedVersionIn } from '../directory.js';
import type { KeyEntry } from '../directory-key.js';
import type { DirectorySource } from '../directory-source.js';
import type { Signer } from '../keys.js';
import { signSet } from '../signed-set.js';
import { amend, type Amendment, amendmentParts } from './amendment.js';
import { baseIn } from './version-source.js';

/**
 * Signs a version with a directory key, as an amendment of the one that the root signed last, which the frame of the previous
 * version holds. Resolves to undefined if a directory key may not sign it: the root must. Throws `oversize`.
 */
export async function signAmendment(
  previous: Uint8Array,
  wanted: DirectorySource,
  signer: Signer,
): Promise<Uint8Array | undefined> {
  const { directory } = signedVersionIn(previous);
  const base = baseIn(directory);
  const amendment = amendmentTo(base, digest(directory.statement), wanted);
  if (!isAmendedTo(base, amendment, wanted)) return undefined;
  const signed = await signSet({
    typ: 'directory-amendment+jws',
    claims: { iss: 'hub', iat: seconds(new Date(wanted.issuedAt)) },
    parts: amendmentParts(amendment),
    signer,
  });
  return encodeVersion({ directory, amendment: signed });
}

function amendmentTo(base: DirectorySource, name: string, wanted: DirectorySource): Amendment {
  const { version, previous, issuedAt, nextUpdate, hub } = wanted;
  return {
    head: { version, previous, issuedAt, nextUpdate, base: name },
    hub: { contract: hub.contract, serves: hub.serves, revoked: newlyRevoked(base.hub.keys, hub.keys) },
    organisations: Object.entries(base.organisations).map(([id, member]) => {
      const next = wanted.organisations[id];
      return {
        id,
        ...(next?.suspendedAt === undefined ? {} : { suspendedAt: next.suspendedAt }),
        ...(next?.leavingAt === undefined ? {} : { leavingAt: next.leavingAt }),
        ...(next?.leftAt === undefined ? {} : { leftAt: next.leftAt }),
        revoked: newlyRevoked(member.keys, next?.keys ?? []),
      };
    }),
  };
}

function newlyRevoked(before: readonly KeyEntry[], keys: readonly KeyEntry[]): Amendment['hub']['revoked'] {
  return before.flatMap(({ kid, revokedAt: known }) => {
    const revokedAt = keys.find((one) => one.kid === kid)?.revokedAt;
    return revokedAt === undefined || revokedAt === known ? [] : [{ kid, revokedAt }];
  });
}

function isAmendedTo(base: DirectorySource, amendment: Amendment, wanted: DirectorySource): boolean {
  try {
    const amended = amend(base, amendment);
    return isDeepStrictEqual(amended, wanted);
  } catch (error) {
    if (error instanceof LiaisonError) return false;
    throw error;
  }
}
