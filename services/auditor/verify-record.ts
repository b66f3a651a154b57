import { setTimeout as delay } from 'node:timers/promises';
import { errorFrom, fail } from '../shared/kernel/errors.js';
import { verifyCommandIn } from '../shared/ledger/command-record.js';
import { verifyReceipt } from '../shared/ledger/receipt.js';
import { readRecord, type VerifiedRecord } from '../shared/ledger/record.js';
import type { Directory } from '../shared/trust/directory.js';
import { isWaitedOut } from '../shared/trust/may-pass.js';
import { parseSubject } from '../shared/wire/subjects.js';
import type { LedgerMessage } from './keeper.js';

interface Verifying {
  readonly directory: () => Directory;
  /** How long a directory may take to arrive that lists a key which signed already. */
  readonly patienceMs?: number;
}

/** Only what a router signed, for the organisation of its subject, is a record. Throws what breaks it. */
export function createVerifyRecord({ directory, patienceMs = 2_000 }: Verifying) {
  return async (message: LedgerMessage): Promise<VerifiedRecord> => {
    try {
      return await verify(message, directory());
    } catch (thrown) {
      if (!isWaitedOut(errorFrom(thrown).code, 'record-to-archive')) throw thrown;
      // A router may use its next key before the directory that lists it was read here: refused once is lost.
      await delay(patienceMs);
      return verify(message, directory());
    }
  };
}

// A router whose clock is ahead says the truth all the same: no retry would help, and a refused record is lost.
const ANY_TIME = new Date(8.64e15);

/** A key that was revoked after the broker stored the record still counts for it, however late it is read. */
async function verify(
  { subject, bytes, storedAt: recorded }: LedgerMessage,
  directory: Directory,
): Promise<VerifiedRecord> {
  const about = parseSubject(subject);
  if (about?.type !== 'ledger') throw fail('record-foreign', 'not a subject of the ledger');
  const record = await readRecord(bytes, { directory, now: ANY_TIME, recorded, org: about.org });
  await verifyHeld(record, directory);
  return record;
}

/** The router's signature covers what others signed; that is covered by their own. */
async function verifyHeld(record: VerifiedRecord, directory: Directory): Promise<void> {
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
