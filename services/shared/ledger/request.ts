import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import {
  type NoticeId,
  type OrgId,
  parseNoticeId,
  parseOrgId,
  parseRequestId,
  type RequestId,
} from '../kernel/ids.js';
import { SECTIONS, type Section, wordsOf } from '../notice/kinds.js';
import { digest, isDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { type Claims, signJws, verifyJws } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';

/** A holder's request for a section that was advertised to it and withheld. */
export interface RequestContent {
  readonly jti: RequestId;
  /** The originator of the notice, which alone gets the request. */
  readonly to: OrgId;
  readonly id: NoticeId;
  /** Digest of the SD-JWT of the revision that the holder has. */
  readonly revision: string;
  readonly section: Section;
  /** A word of the vocabulary `purpose`. */
  readonly purpose: string;
}

/** A request with a valid signature of its holder. */
export interface VerifiedRequest extends RequestContent {
  readonly holder: OrgId;
  readonly issuedAt: Date;
  readonly kid: string;
  /** Digest of the token, by which an unseal or a decline answers it. */
  readonly digest: string;
}

const PURPOSES = wordsOf('purpose');

/** Signs a request with the holder's key of use `notice`. Resolves to a compact JWS. */
export function signRequest(
  { jti, to, id, revision, section, purpose }: RequestContent,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  const claims = { iss: signer.owner, aud: federation, iat: seconds(now), jti, to };
  return signJws('request+jws', { ...claims, id, digest: revision, section, purpose }, signer);
}

/**
 * Verifies a request. Throws as `verifyJws` does, `id-invalid`, and `token-malformed` for unknown or
 * malformed claims and for a request that a holder addresses to itself.
 */
export async function verifyRequest(
  token: string,
  reading: {
    readonly directory: Directory;
    readonly holder: OrgId;
    readonly now: Date;
    /** When the ledger recorded it: a key revoked later is still accepted. */
    readonly recorded?: Date;
  },
): Promise<VerifiedRequest> {
  const { directory, holder, ...times } = reading;
  const { payload, key } = await verifyJws(token, {
    typ: 'request+jws',
    use: 'notice',
    key: directory.key,
    issuer: holder,
    audience: directory.federation,
    ...times,
  });
  return { ...parseRequest(payload), kid: key.kid, digest: digest(token) };
}

function parseRequest(claims: Claims): Omit<VerifiedRequest, 'kid' | 'digest'> {
  const { iss, aud: _aud, iat, jti, to, id, digest: revision, section, purpose, ...more } = claims;
  const holder = parseOrgId(iss);
  const named = SECTIONS.find((one) => one === section);
  const isSound =
    Object.keys(more).length === 0 &&
    isDigest(revision) &&
    typeof purpose === 'string' &&
    PURPOSES.includes(purpose) &&
    to !== holder;
  if (!isSound || named === undefined) throw fail('token-malformed', 'a request is not what a holder writes');
  return {
    holder,
    issuedAt: new Date(Number(iat) * 1000),
    jti: parseRequestId(jti),
    to: parseOrgId(to),
    id: parseNoticeId(id),
    revision,
    section: named,
    purpose,
  };
}
