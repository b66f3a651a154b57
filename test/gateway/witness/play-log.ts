import { publishLatest } from '../../../services/shared/bus/publish.js';
import { encodeBase64 } from '../../../services/shared/kernel/base64.js';
import { signHeartbeat } from '../../../services/shared/ledger/heartbeat.js';
import { signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { noteSignerOf, SIGNATURE_TYPES } from '../../../services/shared/tlog/vkey.js';
import { readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { checkpointOf } from '../../../services/shared/wire/checkpoint-frame.js';
import type { CommandPair } from '../../../services/shared/wire/frames.js';
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
  readonly recovery?: CommandPair;
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

interface PlayedLife {
  readonly now: () => Date;
  readonly life?: number;
  /** The entry of the order that began a later life. */
  readonly first?: Uint8Array;
}

/**
 * Has the hub take cosignatures and prove consistency by the tree of the log that it shows at the time. Returns the list of the
 * questions, which grows with each.
 */
export function answerByTree(hub: Hub, shown: () => PlayedLog): Claims[] {
  const asked: Claims[] = [];
  hub.answer = (query) => {
    asked.push(query);
    if (query['type'] === 'cosign') return { type: 'cosign' };
    if (query['type'] !== 'consistency') return undefined;
    const [from, to] = [Number(query['from']), Number(query['to'])];
    return { type: 'consistency', proof: shown().tree.proof(from, to).map(encodeBase64) };
  };
  return asked;
}

/** Plays a life of the log, by default the first. */
export async function playLog(
  { home }: Broker,
  hub: Hub,
  { now, life = 1, first }: PlayedLife,
): Promise<PlayedLog> {
  const { federation } = hub.directory;
  const origin = `${federation}/liaison/${life}`;
  const key = noteSignerOf(
    origin,
    SIGNATURE_TYPES.note,
    await readByteSigner(home.hub('auditor', 'log.jwk')),
  );
  const audit = await readSigner(home.hub('auditor', 'audit.jwk'));
  const tree = naiveTree(first);
  return {
    tree,
    note: (size, root = tree.mth(0, size)) => signCheckpoint({ origin, size, root }, key),
    publish: async (org, { note, size, sealed = size, time = now(), ...played }) => {
      const { proof = [], cosignatures = [], recovery = null } = played;
      const said = { epoch: 'first', seq: size, count: size, size: sealed, time };
      const heartbeat = await signHeartbeat(said, { federation, signer: audit });
      const bytes = checkpointOf(heartbeat, {
        note,
        proof: [...proof],
        cosignatures: [...cosignatures],
        recovery,
      });
      await publishLatest(await hub.bus(org), { subject: subjects.checkpointIn(), bytes });
    },
  };
}
