import type { Clock } from '../shared/kernel/clock.js';
import { fail, type LiaisonError } from '../shared/kernel/errors.js';
import { readRecord, type VerifiedRecord } from '../shared/ledger/record.js';
import { verifyContent } from '../shared/ledger/verify-content.js';
import type { Directory } from '../shared/trust/directory.js';
import { claimedKid } from '../shared/trust/parse-compact-jws.js';
import { parseSubject } from '../shared/wire/subjects.js';

interface VerifyRecordDeps {
  readonly directory: () => Directory;
  readonly clock: Clock;
}

interface LedgerBytes {
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/** How far the clock of a router may be ahead of the auditor's (docs/limits.md). */
const MAX_CLOCK_OFFSET_MS = 3_600_000;
/** Accepts revoked keys: `keyFault` judges revocation in the order of the ledger. */
const BEFORE_ANY_REVOCATION = new Date(0);

/**
 * Creates a check that a router signed the message for the organisation of its subject, and that each party signed its part
 * of the record. The check throws the reason of a failure. Does not judge whether the router's key was revoked: see
 * `keyFault`.
 */
export function createVerifyRecord({ directory, clock }: VerifyRecordDeps) {
  return async ({ subject, bytes }: LedgerBytes): Promise<VerifiedRecord> => {
    const about = parseSubject(subject);
    if (about?.type !== 'ledger') throw fail('record-foreign', 'not a subject of the ledger');
    const now = new Date(clock().getTime() + MAX_CLOCK_OFFSET_MS);
    const reading = { directory: directory(), now, recorded: BEFORE_ANY_REVOCATION, org: about.org };
    const record = await readRecord(bytes, reading);
    await verifyContent(record, reading.directory);
    return record;
  };
}

/**
 * Returns the error `key-revoked` when the key of a record was revoked before the ledger's time. A thief of a revoked key
 * may sign any time, but cannot place the record before those already on the ledger.
 */
export function keyFault(
  { statement }: Pick<VerifiedRecord, 'statement'>,
  { directory, recorded }: { readonly directory: Directory; readonly recorded: Date },
): LiaisonError | undefined {
  const kid = claimedKid(statement.statement);
  const revokedAt = directory.key(kid)?.revokedAt;
  const isRevoked = revokedAt !== undefined && revokedAt <= recorded;
  return isRevoked ? fail('key-revoked', `key \`${kid}\` was revoked`) : undefined;
}
