import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Checkpoint } from '../../shared/tlog/checkpoint.js';
import { followCondition } from './follow-condition.js';
import { keepCheckpoints, type KeepCheckpointsDeps } from './keep-checkpoints.js';
import type { ReceivedCheckpoint } from './received-checkpoint.js';

/** Watches that the hub proves what it shows: that each checkpoint follows from the one that was cosigned last. */
export interface ProofWatch {
  /** To be called with a checkpoint whose proof did not come with it, or does not verify. */
  lacking(checkpoint: ReceivedCheckpoint, head: Checkpoint): void;
  /** To be called with a checkpoint that is proved. Returns the one that lacked its proof if this one makes it a fork. */
  proved(head: Checkpoint): ReceivedCheckpoint | undefined;
  /** Raises `log-unproved` and keeps both checkpoints once a proof is lacking for too long; ends the alarm when it came. */
  report(): Promise<void>;
}

/** What the watch works with. */
export interface ProofWatchDeps extends KeepCheckpointsDeps {
  readonly alarms: Alarms;
  /** As `createConnectedClock` counts. */
  readonly now: () => number;
  /** How long a proof may be lacking before an alarm, in milliseconds. */
  readonly unprovedMs: number;
}

interface Lacking {
  readonly checkpoint: ReceivedCheckpoint;
  readonly head: Checkpoint;
  readonly since: number;
}

/** Creates the watch. It counts from the first checkpoint that lacks its proof: showing older or other ones ends nothing. */
export function createProofWatch(deps: ProofWatchDeps): ProofWatch {
  const follow = followCondition('log-unproved', deps.alarms);
  let first: Lacking | undefined;
  let isKept = false;
  return {
    lacking: (checkpoint, head) => {
      first ??= { checkpoint, head, since: deps.now() };
    },
    proved: ({ origin, size, root }) => {
      const isSameLog = first?.head.origin === origin;
      if (first === undefined || (isSameLog && size < first.head.size)) return undefined;
      const { checkpoint, head } = first;
      [first, isKept] = [undefined, false];
      return isSameLog && size === head.size && !Buffer.from(root).equals(head.root) ? checkpoint : undefined;
    },
    report: async () => {
      const isLate = first !== undefined && deps.now() - first.since > deps.unprovedMs;
      follow(isLate);
      if (first === undefined || !isLate || isKept) return;
      await keepCheckpoints(deps, 'unproved', first.checkpoint);
      isKept = true;
    },
  };
}
