import { randomBytes, randomInt } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { encodeBase64url } from '../kernel/base64url.js';
import { seconds } from '../kernel/clock.js';
import type { OrgId } from '../kernel/ids.js';
import { sha256 } from '../trust/digest.js';
import { signJws } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';

/** The statuses of a held notice in a status list (draft-ietf-oauth-status-list section 7.1). */
export const STATUS = { valid: 0, invalid: 1, suspended: 2 } as const;

/** The number of places in every list, however many notices are held. */
export const STATUS_PLACES = 2 ** 16;

const BITS = 2;
const PLACES_OF_BYTE = 8 / BITS;
const BYTES = STATUS_PLACES / PLACES_OF_BYTE;
/** How long a list is valid, in seconds; a status in an older list counts as unknown. */
const LIFE_S = 86_400;
/** How long a reader may use a copy before it fetches the list again, in seconds. */
const TTL_S = 43_200;

/**
 * The list of a gateway about the notices that it holds; `statuses` has one byte of `STATUS` for each place.
 */
export interface StatusListContent {
  readonly org: OrgId;
  readonly federation: string;
  /** The number of the list, from 0. */
  readonly list: number;
  readonly statuses: Uint8Array;
}

/** Returns the URI that a status list has as `sub`, and a copy as its reference. */
export function statusListUri({ federation, org, list }: Omit<StatusListContent, 'statuses'>): string {
  return `urn:liaison:${federation}:${org}:status-list:${list}`;
}

/** Returns a random place in a list, from 0. */
export function randomPlace(): number {
  return randomInt(STATUS_PLACES);
}

/** Returns a new secret of 16 bytes for `decoyStatuses`. */
export function newStatusSeed(): Uint8Array {
  return randomBytes(16);
}

/**
 * Returns pseudorandom statuses for places without a notice, so that a list does not reveal how many notices
 * are held.
 */
export function decoyStatuses(seed: Uint8Array): Uint8Array {
  const statuses = new Uint8Array(STATUS_PLACES);
  for (let block = 0; block < STATUS_PLACES / 256; block += 1) {
    const noise = sha256(seed, Uint8Array.of(block));
    for (let bit = 0; bit < 256; bit += 1) {
      statuses[block * 256 + bit] = ((noise[Math.floor(bit / 8)] ?? 0) >> (bit % 8)) & 1;
    }
  }
  return statuses;
}

/** Signs a Status List Token (draft-ietf-oauth-status-list section 5.1) with the key of use `receipt`; good for 24 hours. */
export function signStatusList(
  content: StatusListContent,
  { signer, now }: { readonly signer: Signer; readonly now: Date },
): Promise<string> {
  const iat = seconds(now);
  const lst = encodeBase64url(deflateSync(packed(content.statuses)));
  const claims = { iss: content.org, sub: statusListUri(content), iat, exp: iat + LIFE_S, ttl: TTL_S };
  return signJws('statuslist+jwt', { ...claims, status_list: { bits: BITS, lst } }, signer);
}

/** Packs statuses as section 4.1 says: the first one in the lowest bits of the first byte. */
function packed(statuses: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  for (const [place, status] of statuses.entries()) {
    const at = Math.floor(place / PLACES_OF_BYTE);
    bytes[at] = (bytes[at] ?? 0) | (status << ((place % PLACES_OF_BYTE) * BITS));
  }
  return bytes;
}
