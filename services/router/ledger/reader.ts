import type { Clock } from '../../shared/kernel/clock.js';
import { type Code, errorFrom, fail } from '../../shared/kernel/errors.js';
import { verifyCommandIn } from '../../shared/ledger/command-record.js';
import { readRecord, type Receipts, type VerifiedRecord } from '../../shared/ledger/record.js';
import { verifyReceipt } from '../../shared/ledger/receipt.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Directory } from '../../shared/trust/directory.js';
import { finalCode } from '../../shared/trust/may-pass.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import { applyCommand, applyQuarantine } from './apply-quarantine.js';
import { type AppliedReceipt, applyReceipts, applyReport, type RecordPosition } from './projection.js';

/** A record as it lies in the stream or in the auditor's file. */
export interface StoredRecord {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** When it was stored: a key revoked later still counts for it. */
  readonly storedAt: Date;
}

/** Verifies and applies; gives the code of what makes a record foreign. Throws only what a retry may mend. */
export type RecordReader = (stored: StoredRecord, recordPosition: RecordPosition) => Promise<'applied' | Code>;

interface ReaderDeps {
  readonly store: RouterStore;
  readonly directory: () => Directory;
  readonly clock: Clock;
}

export function createRecordReader(deps: ReaderDeps): RecordReader {
  return async (stored, recordPosition) => {
    try {
      await read(deps, stored, recordPosition);
      return 'applied';
    } catch (thrown) {
      return finalCode(errorFrom(thrown), 'archived-record');
    }
  };
}

async function read(
  deps: ReaderDeps,
  { subject, bytes, storedAt }: StoredRecord,
  recordPosition: RecordPosition,
): Promise<void> {
  const { store, clock } = deps;
  const about = parseSubject(subject);
  if (about?.type !== 'ledger') throw fail('record-foreign', 'not on a subject of the ledger');
  // A router whose clock is ahead says the truth all the same.
  const now = new Date(Math.max(clock().getTime(), storedAt.getTime()) + CLOCKS_MS);
  const directory = deps.directory();
  const record = await readRecord(bytes, { directory, now, recorded: storedAt, org: about.org });
  const apply = await readyToApply(store, record, directory);
  await store.commit(() => apply(recordPosition));
}

async function readyToApply(
  store: RouterStore,
  record: VerifiedRecord,
  directory: Directory,
): Promise<(recordPosition: RecordPosition) => void> {
  switch (record.type) {
    case 'report':
      return (recordPosition) => applyReport(store, record, recordPosition);
    case 'quarantine':
      return (recordPosition) => applyQuarantine(store, record, recordPosition);
    case 'command':
      await verifyCommandIn(record, directory);
      return (recordPosition) => applyCommand(store, record, recordPosition);
    case 'receipts': {
      const receipts = await readReceipts(record, directory);
      return (recordPosition) => applyReceipts(store, { ...record, receipts }, recordPosition);
    }
  }
}

const CLOCKS_MS = 3_600_000;

/** Each receipt once more by its own signature: the hub's says only where and when it came. */
function readReceipts(record: Receipts, directory: Directory): Promise<readonly AppliedReceipt[]> {
  const { org, issuedAt } = record;
  return Promise.all(
    record.receipts.map(async ({ set, originator, delivery }) => {
      const now = new Date(issuedAt.getTime() + CLOCKS_MS);
      const receipt = await verifyReceipt(set, { directory, recipient: org, now, recorded: issuedAt });
      if (receipt.originator === originator && receipt.delivery === delivery) return { ...receipt, set };
      throw fail('digest-mismatch', 'a record says something else of a receipt than the receipt');
    }),
  );
}
