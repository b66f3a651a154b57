import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { isDigest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import { signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import { MAX_RECEIPTS } from '../../wire/frame-limits.js';

/** When the ledger recorded each receipt, by the digest of the receipt's statement; in whole seconds. */
export type Recordings = ReadonlyMap<string, Date>;

const TYP = 'recording+jws';

/**
 * Signs, with the hub's key, when receipts for one originator were recorded. Names no other receipts of the same record,
 * because their number would reveal how much other originators sent to the recipient. Resolves to a compact JWS.
 */
export function signRecordings(
  recordings: Recordings,
  { originator, signer, now }: { readonly originator: OrgId; readonly signer: Signer; readonly now: Date },
): Promise<string> {
  const receipts = [...recordings].map(([digest, at]) => ({ digest, at: seconds(at) }));
  return signJws(TYP, { iss: 'hub', iat: seconds(now), aud: originator, receipts }, signer);
}

/** Verifies a statement of `signRecordings` for this originator. Throws as `verifyJws` does, and `token-malformed`. */
export async function verifyRecordings(
  token: string,
  {
    directory,
    originator,
    now,
  }: { readonly directory: Directory; readonly originator: OrgId; readonly now: Date },
): Promise<Recordings> {
  const { payload } = await verifyJws(token, {
    typ: TYP,
    use: 'hub',
    key: directory.key,
    issuer: 'hub',
    audience: originator,
    now,
  });
  const { iat, receipts } = payload;
  if (!Array.isArray(receipts) || receipts.length > MAX_RECEIPTS) throw malformed();
  return new Map(receipts.map((one) => parseRecording(one, Number(iat))));
}

function parseRecording(value: unknown, iat: number): readonly [string, Date] {
  const { digest, at } = Object(value) as { readonly digest?: unknown; readonly at?: unknown };
  if (!isDigest(digest) || !Number.isSafeInteger(at) || Number(at) > iat) throw malformed();
  return [digest, new Date(Number(at) * 1000)];
}

const malformed = () => fail('token-malformed', 'the statement about recordings is malformed');
