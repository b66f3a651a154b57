import type { Recording } from '../shared/ledger/record-head.js';
import type { Directory } from '../shared/trust/directory.js';
import { writtenContract } from '../shared/wire/contract.js';
import type { LedgerWriter } from './ledger/writer.js';

/**
 * Returns what a record of this router is signed with, and what every record states: the contract that the
 * hub writes, and the position up to which this router has applied the ledger.
 */
export function recordingBy(
  { signer, ledger }: Pick<Recording, 'signer'> & { readonly ledger: Pick<LedgerWriter, 'applied'> },
  { federation, hub }: Pick<Directory, 'federation' | 'hub'>,
  now: Date,
): Recording {
  return { signer, federation, now, contract: writtenContract(hub.contract), read: ledger.applied() };
}
