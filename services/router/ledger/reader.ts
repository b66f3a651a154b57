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

/** A record as stored in the LEDGER stream or in the auditor's archive. */
export interface StoredRecord {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** When it was stored; a key revoked later still counts. */
  readonly storedAt: Date;
}

/** Verifies a record and applies it; returns the code when no router signed it. Throws only operational failures. */
export type RecordReader = (
  stored: StoredRecord,
  recordPosition: RecordPosition,
) => Promise<'applied' | Code>;

interface ReaderDeps {
  readonly store: RouterStore;
  readonly directory: () => Directory;
  readonly clock: Clock;
}

/** Creates a reader that applies records to the projection of `store`. */
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
  // A record of a router whose clock is ahead is valid.
  const now = new Date(Math.max(clock().getTime(), storedAt.getTime()) + MAX_CLOCK_OFFSET_MS);
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

/** How far the clocks of routers may be apart. */
const MAX_CLOCK_OFFSET_MS = 3_600_000;

/** Verifies each receipt by its recipient's signature: the hub's covers only where and when it arrived. */
function readReceipts(record: Receipts, directory: Directory): Promise<readonly AppliedReceipt[]> {
  const { org, issuedAt } = record;
  return Promise.all(
    record.receipts.map(async ({ set, originator, delivery }) => {
      const now = new Date(issuedAt.getTime() + MAX_CLOCK_OFFSET_MS);
      const receipt = await verifyReceipt(set, { directory, recipient: org, now, recorded: issuedAt });
      if (receipt.originator === originator && receipt.delivery === delivery) return { ...receipt, set };
      throw fail('digest-mismatch', 'a record does not match its receipt');
    }),
  );
}
