import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import type { Identity } from '../identity.js';
import type { BegunLife, CosignedFile } from './cosigned-file.js';
import type { ReceivedCheckpoint } from './received-checkpoint.js';

/** What keeping two checkpoints needs. */
export interface KeepCheckpointsDeps {
  readonly identity: Pick<Identity, 'clock'>;
  readonly cosigned: CosignedFile;
  readonly store: Pick<GatewayStore, 'commit' | 'evidence'>;
}

/** Keeps the checkpoint that was cosigned last, and the one that was shown beside it, as evidence; each pair once. */
export async function keepCheckpoints(
  { identity, cosigned, store }: KeepCheckpointsDeps,
  what: Extract<KeptEvidence['what'], 'fork' | 'rollback' | 'unproved'>,
  received: Pick<ReceivedCheckpoint, 'note' | 'heartbeat'>,
): Promise<void> {
  const last = cosigned.read();
  const sides = [last, received].map((one) => ({ note: one?.note, heartbeat: one?.heartbeat }));
  const bytes = Buffer.from(JSON.stringify({ cosigned: sides[0], shown: sides[1] }));
  const named = digest(`${last?.note}${received.note}`);
  const at = identity.clock().getTime();
  await store.commit(() => store.evidence.keep({ what, org: 'hub', frame: '', digest: named, bytes, at }));
}

/** Keeps how a later life of the log began; false if it is kept already. */
export async function keepBegun(
  { identity, store }: Omit<KeepCheckpointsDeps, 'cosigned'>,
  begun: BegunLife,
): Promise<boolean> {
  const named = digest(begun.record);
  if (store.evidence.byDigest(named) !== undefined) return false;
  const { note, heartbeat, shown, proposal, record } = begun;
  const bytes = Buffer.from(
    JSON.stringify({ cosigned: { note, heartbeat }, shown: { note: shown }, proposal, record }),
  );
  const at = identity.clock().getTime();
  await store.commit(() =>
    store.evidence.keep({ what: 'begun', org: 'hub', frame: '', digest: named, bytes, at }),
  );
  return true;
}
