import type { Directory } from '../trust/directory.js';
import { verifyActionsIn } from './action.js';
import { verifyCommandIn } from './command-record.js';
import { verifyChange } from './receipt/change.js';
import { verifyReceipt } from './receipt/receipt.js';
import type { VerifiedRecord } from './record.js';

/** Receipts were judged by the router's clock on arrival. */
const ANY_TIME = new Date(8.64e15);

/**
 * Verifies what a record holds from others: receipts and commands by their own signatures, actions by their signed trees.
 * Throws as their verifiers do.
 */
export async function verifyContent(record: VerifiedRecord, directory: Directory): Promise<void> {
  switch (record.type) {
    case 'quarantine':
    case 'directory':
    case 'adoption':
      return;
    case 'report':
      return verifyActionsIn(record);
    case 'command':
      await verifyCommandIn(record, directory);
      return;
    case 'receipts': {
      const times = { now: ANY_TIME, recorded: record.issuedAt };
      const by = { directory, recipient: record.org, ...times };
      await Promise.all([
        ...record.receipts.map(({ token }) => verifyReceipt(token, by)),
        ...record.changes.map(({ token }) => verifyChange(token, by)),
      ]);
    }
  }
}
