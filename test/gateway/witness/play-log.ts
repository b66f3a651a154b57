import { publishLatest } from '../../../services/shared/bus/publish.js';
import { signHeartbeat } from '../../../services/shared/ledger/heartbeat.js';
import { signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { noteSignerOf, SIGNATURE_TYPES } from '../../../services/shared/tlog/vkey.js';
import { readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { checkpointOf } from '../../../services/shared/wire/checkpoint-frame.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { naiveTree } from '../../shared/tlog/naive-tree.js';
import type { Broker } from '../../support/broker.js';
import type { Hub } from '../play-hub.js';

interface PlayedCheckpoint {
  readonly note: string;
  readonly size: number;
  /** What the heartbeat says of the log; by default `size`. */
  readonly sealed?: number;
  readonly proof?: readonly Uint8Array[];
  readonly cosignatures?: readonly string[];
  /** Of the heartbeat; by default now. */
  readonly time?: Date;
}

/** A log whose auditor signs whatever a test wants. */
export interface PlayedLog {
  readonly tree: ReturnType<typeof naiveTree>;
  /** A signed checkpoint; by default of the tree. */
  note(size: number, root?: Uint8Array): string;
  /** Publishes a checkpoint to the gateway of this organisation, as the hub does. */
  publish(org: string, checkpoint: PlayedCheckpoint): Promise<void>;
}

export async function playLog({ home }: Broker, hub: Hub, now: () => Date): Promise<PlayedLog> {
  const { federation } = hub.directory;
  const origin = `${federation}/liaison/1`;
  const key = noteSignerOf(
    origin,
    SIGNATURE_TYPES.note,
    await readByteSigner(home.hub('auditor', 'log.jwk')),
  );
  const audit = await readSigner(home.hub('auditor', 'audit.jwk'));
  const tree = naiveTree();
  return {
    tree,
    note: (size, root = tree.mth(0, size)) => signCheckpoint({ origin, size, root }, key),
    publish: async (org, { note, size, sealed = size, proof = [], cosignatures = [], time = now() }) => {
      const said = { epoch: 'first', seq: size, count: size, size: sealed, time };
      const heartbeat = await signHeartbeat(said, { federation, signer: audit });
      const bytes = checkpointOf(heartbeat, { note, proof: [...proof], cosignatures: [...cosignatures] });
      await publishLatest(await hub.bus(org), { subject: subjects.checkpointIn(), bytes });
    },
  };
}
