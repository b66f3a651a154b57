import type { Recording } from '../shared/ledger/record-head.js';
import type { Directory } from '../shared/trust/directory.js';
import { writtenContract } from '../shared/wire/contract.js';
import type { LedgerWriter } from './ledger/writer.js';

/** Returns what every record of this router is signed with and says: in the contract of the hub, and how far it had read. */
export function recordingBy(
  { signer, ledger }: Pick<Recording, 'signer'> & { readonly ledger: Pick<LedgerWriter, 'applied'> },
  { federation, hub }: Pick<Directory, 'federation' | 'hub'>,
  now: Date,
): Recording {
  return { signer, federation, now, contract: writtenContract(hub.contract), read: ledger.applied() };
}
