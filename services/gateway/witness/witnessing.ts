import type { BrokerLink } from '../link.js';
import type { LoopStep } from '../loop.js';
import type { ReceivedCheckpoint } from './received-checkpoint.js';
import { createConnectedClock } from './connected-clock.js';
import { createQuorumWatch, type QuorumWatchDeps } from './quorum-watch.js';
import { createWitness, type WitnessDeps } from './witness.js';

/** What a gateway does with the checkpoints of the ledger's log: it cosigns them, and watches that others do. */
export interface Witnessing {
  show(checkpoint: ReceivedCheckpoint): void;
  /** As of `QuorumWatch`. */
  unwitnessedMs(): number;
  /** As of `QuorumWatch`. */
  witnessedMs(): number;
  /** Each runs in a loop of its own. */
  readonly steps: Readonly<Record<'witness' | 'quorum', LoopStep>>;
}

interface WitnessingDeps extends Omit<WitnessDeps & QuorumWatchDeps, 'now' | 'unwitnessedMs' | 'unprovedMs'> {
  readonly link: Pick<BrokerLink, 'isUp'>;
  /** How long no quorum may be shown, or no proof given, before an alarm, in milliseconds; a minute by default. */
  readonly unwitnessedMs?: number | undefined;
}

const UNWITNESSED_MS = 60_000;

/** Creates both parts. */
export function createWitnessing({
  link,
  unwitnessedMs = UNWITNESSED_MS,
  ...deps
}: WitnessingDeps): Witnessing {
  const now = createConnectedClock(link);
  const witness = createWitness({ ...deps, now, unprovedMs: unwitnessedMs });
  const quorum = createQuorumWatch({ ...deps, now, unwitnessedMs });
  return {
    show: (checkpoint) => {
      witness.show(checkpoint);
      quorum.show(checkpoint);
    },
    unwitnessedMs: quorum.unwitnessedMs,
    witnessedMs: quorum.witnessedMs,
    steps: { witness: witness.step, quorum: quorum.step },
  };
}
