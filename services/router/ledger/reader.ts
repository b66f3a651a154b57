import type { Clock } from '../../shared/kernel/clock.js';
import { type Code, errorFrom, fail } from '../../shared/kernel/errors.js';
import { verifyActionsIn } from '../../shared/ledger/action.js';
import { verifyCommandIn } from '../../shared/ledger/command-record.js';
import type { Receipts } from '../../shared/ledger/receipt/receipts-record.js';
import { readRecord, type VerifiedRecord } from '../../shared/ledger/record.js';
import { type VerifiedChange, verifyChange } from '../../shared/ledger/receipt/change.js';
import { type ReceiptReading, verifyReceipt } from '../../shared/ledger/receipt/receipt.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Directory } from '../../shared/trust/directory.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import { applyAdoption } from './apply-adoption.js';
import { applyDirectory } from './apply-directory.js';
import { applyCommand, applyQuarantine } from './apply-quarantine.js';
import { type AppliedReceipt, applyReceipts } from './apply-receipts.js';
import { applyReport, type RecordPosition } from './projection.js';

/** A record as stored in the LEDGER stream or in the auditor's archive. */
export interface StoredRecord {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** When it was stored; a key revoked later still counts. */
  readonly storedAt: Date;
}

/** A record after its verification; `apply` adds it to the projection, within a transaction. */
export type OpenedRecord =
  | { readonly type: 'usable'; readonly apply: (recordPosition: RecordPosition) => void }
  /** Never valid: the record is skipped, and later records are used. */
  | { readonly type: 'foreign'; readonly code: Code }
  /** Possibly valid with a newer directory, a later time or a newer release: later records must not be used. */
  | { readonly type: 'waits'; readonly code: Code };

/** Verifies a record. Throws only operational failures. */
export type OpenRecord = (stored: StoredRecord) => Promise<OpenedRecord>;

interface ReaderDeps {
  readonly store: RouterStore;
  readonly directory: () => Directory;
  readonly clock: Clock;
}

/** Creates a reader whose records are applied to the projection of `store`. */
export function createRecordReader(deps: ReaderDeps): OpenRecord {
  return async (stored) => {
    try {
      return { type: 'usable', apply: await read(deps, stored) };
    } catch (thrown) {
      const error = errorFrom(thrown);
      if (error.family === 'operational') throw error;
      return { type: mayPass(error, 'ledger-record') ? 'waits' : 'foreign', code: error.code };
    }
  };
}

async function read(
  { store, clock, ...deps }: ReaderDeps,
  { subject, bytes, storedAt }: StoredRecord,
): Promise<(recordPosition: RecordPosition) => void> {
  const about = parseSubject(subject);
  if (about?.type !== 'ledger') throw fail('record-foreign', 'not on a subject of the ledger');
  // A record of a router whose clock is ahead is valid.
  const now = new Date(Math.max(clock().getTime(), storedAt.getTime()) + MAX_CLOCK_OFFSET_MS);
  const directory = deps.directory();
  const record = await readRecord(bytes, { directory, now, recorded: storedAt, org: about.org });
  return readyToApply(store, record, directory);
}

async function readyToApply(
  store: RouterStore,
  record: VerifiedRecord,
  directory: Directory,
): Promise<(recordPosition: RecordPosition) => void> {
  switch (record.type) {
    case 'report':
      verifyActionsIn(record);
      return (recordPosition) => applyReport(store, record, recordPosition);
    case 'quarantine':
      return (recordPosition) => applyQuarantine(store, record, recordPosition);
    case 'adoption':
      return (recordPosition) => applyAdoption(store, record, recordPosition);
    case 'directory':
      return (recordPosition) => applyDirectory(store, record, recordPosition);
    case 'command': {
      const { released } = await verifyCommandIn(record, directory);
      const found = released === undefined ? record : { ...record, released };
      return (recordPosition) => applyCommand(store, found, recordPosition);
    }
    case 'receipts': {
      const [receipts, changes] = await Promise.all([
        readReceipts(record, directory),
        readChanges(record, directory),
      ]);
      const statement = record.statementOf;
      return (recordPosition) =>
        applyReceipts(store, { ...record, receipts, changes, statement }, recordPosition);
    }
  }
}

/** How far the clocks of routers may be apart. */
const MAX_CLOCK_OFFSET_MS = 3_600_000;

/** Verifies each receipt by its recipient's signature: the hub's covers only where and when it arrived. */
function readReceipts(record: Receipts, directory: Directory): Promise<readonly AppliedReceipt[]> {
  return Promise.all(
    record.receipts.map(async ({ token }) => ({
      ...(await verifyReceipt(token, readingOf(record, directory))),
      token,
    })),
  );
}

function readChanges(record: Receipts, directory: Directory): Promise<readonly VerifiedChange[]> {
  return Promise.all(record.changes.map(({ token }) => verifyChange(token, readingOf(record, directory))));
}

function readingOf({ org, issuedAt }: Receipts, directory: Directory): ReceiptReading {
  const now = new Date(issuedAt.getTime() + MAX_CLOCK_OFFSET_MS);
  return { directory, recipient: org, now, recorded: issuedAt };
}
