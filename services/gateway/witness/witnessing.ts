import type { LoopStep } from '../loop.js';
import type { ReceivedCheckpoint } from './received-checkpoint.js';
import { createQuorumWatch, type QuorumWatchDeps } from './quorum-watch.js';
import { createWitness, type WitnessDeps } from './witness.js';

/** What a gateway does with the checkpoints of the ledger's log: it cosigns them, and watches that others do. */
export interface Witnessing {
  show(checkpoint: ReceivedCheckpoint): void;
  /** Milliseconds since a quorum of witnesses was shown for all checkpoints. */
  unwitnessedMs(): number;
  /** Each runs in a loop of its own. */
  readonly steps: Readonly<Record<'witness' | 'quorum', LoopStep>>;
}

/** Creates both parts. */
export function createWitnessing(deps: WitnessDeps & QuorumWatchDeps): Witnessing {
  const [witness, quorum] = [createWitness(deps), createQuorumWatch(deps)];
  return {
    show: (checkpoint) => {
      witness.show(checkpoint);
      quorum.show(checkpoint);
    },
    unwitnessedMs: quorum.unwitnessedMs,
    steps: { witness: witness.step, quorum: quorum.step },
  };
}
