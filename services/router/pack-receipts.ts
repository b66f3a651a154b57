import type { OrgId } from '../shared/kernel/ids.js';
import { type Recordings, signRecordings } from '../shared/ledger/receipt/recording.js';
import { digest } from '../shared/trust/digest.js';
import type { Directory } from '../shared/trust/directory.js';
import { contractFor } from '../shared/trust/directory/hub-contract.js';
import { claimedKid } from '../shared/trust/parse-compact-jws.js';
import { frames, type ReceiptForward } from '../shared/wire/frames.js';
import type { Hub } from './hub.js';

interface PackedFor {
  readonly originator: OrgId;
  readonly directory: Directory;
}

/**
 * Encodes the message that forwards recorded receipts and changes to their originator. Adds a signed statement of when the ledger
 * recorded each receipt whose key has a date of revocation: without it, a receipt recorded before the revocation would never
 * settle its notice.
 */
export async function packReceipts(
  hub: Pick<Hub, 'store' | 'signer' | 'clock'>,
  { receipts, changes }: Required<Pick<ReceiptForward, 'receipts' | 'changes'>>,
  { originator, directory }: PackedFor,
): Promise<Uint8Array> {
  const tokens = receipts.map(({ statement }) => statement);
  const recordings = recordingsOf(hub, tokens, directory);
  const { signer } = hub;
  const recorded =
    recordings.size === 0 ? '' : await signRecordings(recordings, { originator, signer, now: hub.clock() });
  const forwarded = receipts.map(({ statement, delivery = '' }) => ({ statement, delivery }));
  const forward = { receipts: forwarded, recorded, changes };
  return frames.receiptForward.encode(forward, contractFor(directory, originator));
}

function recordingsOf(
  { store }: Pick<Hub, 'store'>,
  tokens: readonly string[],
  directory: Directory,
): Recordings {
  const hasRevokedKey = (token: string): boolean => directory.key(claimedKid(token))?.revokedAt !== undefined;
  return new Map(
    tokens.filter(hasRevokedKey).flatMap((token) => {
      const named = digest(token);
      const at = store.deliveries.recordedAt(named);
      return at === undefined ? [] : [[named, new Date(at)] as const];
    }),
  );
}
