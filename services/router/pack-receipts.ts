import type { OrgId } from '../shared/kernel/ids.js';
import { type Recordings, signRecordings } from '../shared/ledger/recording.js';
import { digest } from '../shared/trust/digest.js';
import type { Directory } from '../shared/trust/directory.js';
import { claimedKid } from '../shared/trust/parse-compact-jws.js';
import { frames, type SignedSet } from '../shared/wire/frames.js';
import type { Hub } from './hub.js';

interface PackedFor {
  readonly originator: OrgId;
  readonly directory: Directory;
}

/**
 * Encodes the message that forwards recorded receipts to their originator. Adds a signed statement of when the ledger
 * recorded each receipt whose key has a date of revocation: without it, a receipt recorded before the revocation would never
 * settle its notice.
 */
export async function packReceipts(
  hub: Pick<Hub, 'store' | 'signer' | 'clock'>,
  sets: readonly SignedSet[],
  { originator, directory }: PackedFor,
): Promise<Uint8Array> {
  const recordings = recordingsOf(hub, sets, directory);
  const { signer } = hub;
  const recorded =
    recordings.size === 0 ? '' : await signRecordings(recordings, { originator, signer, now: hub.clock() });
  return frames.receiptForward.encode({ receipts: sets, recorded });
}

function recordingsOf(
  { store }: Pick<Hub, 'store'>,
  sets: readonly SignedSet[],
  directory: Directory,
): Recordings {
  const hasRevokedKey = ({ statement }: SignedSet): boolean =>
    directory.key(claimedKid(statement))?.revokedAt !== undefined;
  return new Map(
    sets.filter(hasRevokedKey).flatMap(({ statement }) => {
      const named = digest(statement);
      const at = store.deliveries.recordedAt(named);
      return at === undefined ? [] : [[named, new Date(at)] as const];
    }),
  );
}
