import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import type { LedgerPlace } from './command-content.js';
import type { Claims } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';
import { type SetContent, signSet } from '../trust/signed-set.js';
import { frames, type LedgerRecord, type SignedSet } from '../wire/frames.js';

/** What every record has. */
export interface RecordHead {
  /** Digest of the statement, by which a repeated record is recognised. */
  readonly digest: string;
  /** The organisation of its subject: originator of a report, recipient that signed receipts, or sender of quarantined bytes. */
  readonly org: OrgId;
  /** The message that caused it: the id of a frame, otherwise the SHA-256 of its bytes. */
  readonly frame: FrameId;
  readonly issuedAt: Date;
  /** The position up to which its router had applied the ledger; null if the record does not state it. */
  readonly read: LedgerPlace | null;
  readonly statement: SignedSet;
}

/** The hub's signer, the federation and the time of a record. */
export interface Recording {
  readonly signer: Signer;
  readonly federation: string;
  readonly now: Date;
  /** The contract of the record: that of the hub; the oldest by default. */
  readonly contract?: number;
  /** The position up to which the router has applied the ledger. */
  readonly read?: LedgerPlace;
}

/** A newly signed record: its exact bytes, its statement and the digest of that. */
export interface SignedRecord {
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly statement: SignedSet;
}

/** Claims and parts to sign. `beside` holds what others signed, each named by its digest in a part. */
interface SignRecordParams extends Pick<SetContent, 'typ' | 'claims' | 'parts' | 'over'> {
  readonly org: OrgId;
  readonly frame: FrameId;
  readonly beside?: Omit<LedgerRecord, 'statement'>;
}

/** Signs a record with the hub's key. */
export async function signRecord(
  { org, frame, claims, beside, ...content }: SignRecordParams,
  { signer, federation, now, contract, read }: Recording,
): Promise<SignedRecord> {
  const head: Claims = { iss: 'hub', iat: seconds(now), aud: federation, org, frame, read: read ?? null };
  const statement = await signSet({ ...content, claims: { ...head, ...claims }, signer });
  const bytes = frames.record.encode({ statement, ...beside }, contract);
  return { bytes, digest: digest(statement.statement), statement };
}

/** Reads the head of a verified statement. Throws `id-invalid` and `schema-invalid`. */
export function readHead(claims: Claims, statement: SignedSet): RecordHead {
  return {
    digest: digest(statement.statement),
    org: parseOrgId(claims['org']),
    frame: parseFrameId(claims['frame']),
    issuedAt: new Date(Number(claims['iat']) * 1000),
    read: readPlace(claims['read']),
    statement,
  };
}

const MAX_EPOCH = 64;

function readPlace(value: unknown): LedgerPlace | null {
  if (value === null) return null;
  const { epoch, sequence, ...more } = Object(value) as Partial<Record<string, unknown>>;
  const isSound = typeof epoch === 'string' && epoch.length <= MAX_EPOCH && Number.isSafeInteger(sequence);
  if (!isSound || (sequence as number) < 0 || Object.keys(more).length > 0)
    throw fail('schema-invalid', 'a record does not say how far its router had read the ledger');
  return { epoch, sequence: sequence as number };
}

/** The error for a validly signed record that no router writes. */
export const malformed = () => fail('token-malformed', 'a record is not what a router writes');

/** Requires that what stands beside a record is exactly what its parts name. Throws `digest-mismatch`. */
export function requireDigests(
  parts: readonly { readonly digest: string }[],
  tokens: readonly string[],
): void {
  const isEach =
    parts.length === tokens.length && parts.every((part, at) => part.digest === digest(tokens[at] ?? ''));
  if (!isEach) throw fail('digest-mismatch', 'what stands beside a record is not what it names');
}
