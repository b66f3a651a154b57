import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import type { Claims } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';
import type { SignedSet } from '../wire/frames.js';

/** What every record says of itself. */
export interface Common {
  /** Digest of the statement: the same record is never kept twice. */
  readonly digest: string;
  /** Whose subject it stands on: the originator of a report, the recipient of receipts, whose bytes went to quarantine. */
  readonly org: OrgId;
  /** The message that caused it: a frame's id, else the SHA-256 of its bytes. */
  readonly frame: FrameId;
  readonly issuedAt: Date;
  readonly statement: SignedSet;
}

/** Who signs for the hub, when, and in which federation. */
export interface Recording {
  readonly signer: Signer;
  readonly federation: string;
  readonly now: Date;
}

/** The claims that `readCommon` reads again. */
export function claimsOf(org: OrgId, frame: FrameId, { federation, now }: Recording): Claims {
  return { iss: 'hub', iat: seconds(now), aud: federation, org, frame };
}

/** Throws `id-invalid`. */
export function readCommon(claims: Claims, statement: SignedSet): Common {
  return {
    digest: digest(statement.statement),
    org: parseOrgId(claims['org']),
    frame: parseFrameId(claims['frame']),
    issuedAt: new Date(Number(claims['iat']) * 1000),
    statement,
  };
}

export const malformed = () => fail('token-malformed', 'a record is not what a router writes');
