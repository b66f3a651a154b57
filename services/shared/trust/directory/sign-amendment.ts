import { isDeepStrictEqual } from 'node:util';
import { seconds } from '../../kernel/clock.js';
import { LiaisonError } from '../../kernel/errors.js';
import { digest } from '../digest.js';
import { encodeVersion, signedVersionIn } from '../directory.js';
import type { KeyEntry } from '../directory-key.js';
import type { DirectorySource } from '../directory-source.js';
import type { Signer } from '../keys.js';
import { signSet } from '../signed-set.js';
import { amend, type Amendment, amendmentParts, parseAmendment } from './amendment.js';
import { readKeyRequest } from './key-request.js';
import { statedIn } from './stated-contract.js';
import { baseIn, unverifiedParts } from './version-source.js';

interface SignAmendmentParams {
  readonly signer: Signer;
  /** The text of the request for the key or the contract that the wanted version adds. */
  readonly request?: string | undefined;
}

/**
 * Signs a version with a directory key, as an amendment of the one that the root signed last, which the frame of the previous
 * version holds. Resolves to undefined if a directory key may not sign it: the root must. Throws `oversize`.
 */
export async function signAmendment(
  previous: Uint8Array,
  wanted: DirectorySource,
  { signer, request }: SignAmendmentParams,
): Promise<Uint8Array | undefined> {
  const { directory, amendment: before } = signedVersionIn(previous);
  const base = baseIn(directory);
  const earlier = before === null ? [] : parseAmendment(unverifiedParts(before)).organisations;
  const amendment = amendmentTo(base, wanted, { name: digest(directory.statement), earlier, request });
  if (!isAmendedTo(base, amendment, wanted)) return undefined;
  const signed = await signSet({
    typ: 'directory-amendment+jws',
    claims: { iss: 'hub', iat: seconds(new Date(wanted.issuedAt)) },
    parts: amendmentParts(amendment),
    signer,
  });
  return encodeVersion({ directory, amendment: signed });
}

interface AmendmentParams {
  /** The digest of the root's statement. */
  readonly name: string;
  /** What the amendment before says of the organisations. */
  readonly earlier: Amendment['organisations'];
  readonly request: string | undefined;
}

function amendmentTo(
  base: DirectorySource,
  wanted: DirectorySource,
  { name, earlier, request: asked }: AmendmentParams,
): Amendment {
  const listed = earlier.flatMap(({ added = [] }) => added.map(({ request }) => request));
  const requests = asked === undefined ? listed : [...listed, asked];
  const byKid = new Map(requests.map((request) => [askedIn(request), request] as const));
  const { version, previous, issuedAt, nextUpdate, hub } = wanted;
  return {
    head: { version, previous, issuedAt, nextUpdate, base: name },
    hub: { contract: hub.contract, serves: hub.serves, revoked: newlyRevoked(base.hub.keys, hub.keys) },
    organisations: Object.entries(base.organisations).map(([id, member]) => {
      const next = wanted.organisations[id];
      const added = (next?.keys ?? []).flatMap(({ kid, notBefore, notAfter }) => {
        const request = byKid.get(kid);
        return request === undefined ? [] : [{ request, notBefore, notAfter }];
      });
      return {
        id,
        ...(next?.suspendedAt === undefined ? {} : { suspendedAt: next.suspendedAt }),
        ...(next?.leavingAt === undefined ? {} : { leavingAt: next.leavingAt }),
        ...(next?.leftAt === undefined ? {} : { leftAt: next.leftAt }),
        revoked: newlyRevoked(member.keys, next?.keys ?? []),
        ...(added.length === 0 ? {} : { added }),
        ...newlyStated({ id, base, wanted }, { earlier, request: asked }),
      };
    }),
  };
}

interface StatingMember {
  readonly id: string;
  readonly base: DirectorySource;
  readonly wanted: DirectorySource;
}

/** Returns what an amendment says of the contract of a member, if that is newer than the one of the base. */
function newlyStated(
  { id, base, wanted }: StatingMember,
  { earlier, request }: Pick<AmendmentParams, 'earlier' | 'request'>,
): ReturnType<typeof statedIn> {
  const [present = 0, listed = 0] = [base, wanted].map(({ organisations }) => organisations[id]?.contract);
  if (listed <= present) return {};
  const before = earlier.find((one) => one.id === id)?.contract;
  return statedIn({ id, listed }, before, { request, since: wanted.issuedAt });
}

/** Returns the id of the key that a request asks for. */
function askedIn(request: string): string | undefined {
  const { wish } = readKeyRequest(request).claims;
  return wish.type === 'next' ? wish.key.kid : undefined;
}

function newlyRevoked(before: readonly KeyEntry[], keys: readonly KeyEntry[]): Amendment['hub']['revoked'] {
  return keys.flatMap(({ kid, revokedAt }) => {
    const known = before.find((one) => one.kid === kid)?.revokedAt;
    return revokedAt === undefined || revokedAt === known ? [] : [{ kid, revokedAt }];
  });
}

function isAmendedTo(base: DirectorySource, amendment: Amendment, wanted: DirectorySource): boolean {
  try {
    const amended = amend(base, parseAmendment(amendmentParts(amendment)));
    return isDeepStrictEqual(amended, wanted);
  } catch (error) {
    if (error instanceof LiaisonError) return false;
    throw error;
  }
}
