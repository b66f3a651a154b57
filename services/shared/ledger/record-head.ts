import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import type { Claims, Typ } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';
import { signSet } from '../trust/signed-set.js';
import { frames, type LedgerRecord, type SignedSet } from '../wire/frames.js';

/** What every record says of itself. */
export interface RecordHead {
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

/** A record that was just signed: exact bytes, and the digest of its statement. */
export interface SignedRecord {
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** What is signed besides the head, and what stands beside the statement as others signed it. */
interface Signing {
  readonly typ: Typ;
  readonly org: OrgId;
  readonly frame: FrameId;
  readonly claims: Claims;
  readonly parts: readonly unknown[];
  readonly beside?: Partial<Pick<LedgerRecord, 'receipts' | 'command'>>;
}

export async function signRecord(
  { typ, org, frame, claims, parts, beside }: Signing,
  { signer, federation, now }: Recording,
): Promise<SignedRecord> {
  const head: Claims = { iss: 'hub', iat: seconds(now), aud: federation, org, frame };
  const statement = await signSet({ typ, claims: { ...head, ...claims }, parts, signer });
  const bytes = frames.record.encode({ statement, receipts: [], ...beside });
  return { bytes, digest: digest(statement.statement) };
}

/** Throws `id-invalid`. */
export function readHead(claims: Claims, statement: SignedSet): RecordHead {
  return {
    digest: digest(statement.statement),
    org: parseOrgId(claims['org']),
    frame: parseFrameId(claims['frame']),
    issuedAt: new Date(Number(claims['iat']) * 1000),
    statement,
  };
}

export const malformed = () => fail('token-malformed', 'a record is not what a router writes');
