import { inflateSync } from 'node:zlib';
import { fail } from '../../services/shared/kernel/errors.js';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import { STATUS_PLACES, statusListUri } from '../../services/shared/ledger/status-list.js';
import { decodeBase64url } from '../../services/shared/kernel/base64url.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { verifyJws } from '../../services/shared/trust/jws.js';

/** Bits of a status, and how many statuses are in a byte. */
const [BITS, PLACES_OF_BYTE] = [2, 4];

/** Verifies a status list as a local system does, and returns its packed statuses. Throws as `verifyJws` does. */
export async function readStatusList(
  token: string,
  expected: { readonly directory: Directory; readonly org: OrgId; readonly list: number; readonly now: Date },
): Promise<Uint8Array> {
  const { directory, org, list, now } = expected;
  const { payload } = await verifyJws(token, {
    typ: 'statuslist+jwt',
    use: 'receipt',
    key: directory.key,
    issuer: org,
    now,
  });
  const { bits, lst } = payload['status_list'] as { readonly bits: number; readonly lst: string };
  const bytes = inflateSync(decodeBase64url(lst));
  const isAsked = payload['sub'] === statusListUri({ federation: directory.federation, org, list });
  if (isAsked && bits === BITS && bytes.length === STATUS_PLACES / PLACES_OF_BYTE) return bytes;
  throw fail('token-malformed', 'not the status list that was asked for');
}

/** Returns the status at a place of the packed statuses of a list (draft-ietf-oauth-status-list section 4.1). */
export function statusAt(bytes: Uint8Array, place: number): number {
  return ((bytes[Math.floor(place / PLACES_OF_BYTE)] ?? 0) >> ((place % PLACES_OF_BYTE) * BITS)) & 3;
}
