import { setTimeout as delay } from 'node:timers/promises';
import { errorFrom, fail } from '../shared/kernel/errors.js';
import { verifyCommandIn } from '../shared/ledger/command-record.js';
import { verifyReceipt } from '../shared/ledger/receipt.js';
import { readRecord, type VerifiedRecord } from '../shared/ledger/record.js';
import type { Directory } from '../shared/trust/directory.js';
import { isWaitedOut } from '../shared/trust/may-pass.js';
import { parseSubject } from '../shared/wire/subjects.js';
import type { LedgerMessage } from './keeper.js';

interface VerifyRecordDeps {
  readonly directory: () => Directory;
  /** Pause before the second attempt, in which a directory that lists the unknown key may arrive. */
  readonly retryAfterMs?: number;
}

/**
 * Creates a check that throws the reason unless a router signed the message for its subject's organisation.
 */
export function createVerifyRecord({ directory, retryAfterMs = 2_000 }: VerifyRecordDeps) {
  return async (message: LedgerMessage): Promise<VerifiedRecord> => {
    try {
      return await verify(message, directory());
    } catch (thrown) {
      if (!isWaitedOut(errorFrom(thrown).code, 'record-to-archive')) throw thrown;
      // A router may use its next key before this process has read the directory that lists it; a refused record is lost.
      await delay(retryAfterMs);
      return verify(message, directory());
    }
  };
}

// A record of a router whose clock is ahead is valid: no retry would help, and a refused record is lost.
const ANY_TIME = new Date(8.64e15);

/** Verifies a message as of its storage: a key revoked since still counts. */
async function verify(
  { subject, bytes, storedAt: recorded }: LedgerMessage,
  directory: Directory,
): Promise<VerifiedRecord> {
  const about = parseSubject(subject);
  if (about?.type !== 'ledger') throw fail('record-foreign', 'not a subject of the ledger');
  const record = await readRecord(bytes, { directory, now: ANY_TIME, recorded, org: about.org });
  await verifyContent(record, directory);
  return record;
}

/** Verifies what a record holds from others, receipts and commands, by their own signatures. */
async function verifyContent(record: VerifiedRecord, directory: Directory): Promise<void> {
  switch (record.type) {
    case 'report':
    case 'quarantine':
      return;
    case 'command':
      await verifyCommandIn(record, directory);
      return;
    case 'receipts': {
      const times = { now: ANY_TIME, recorded: record.issuedAt };
      const by = { directory, recipient: record.org, ...times };
      await Promise.all(record.receipts.map(({ set }) => verifyReceipt(set, by)));
    }
  }
}
