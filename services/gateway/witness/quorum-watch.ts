import { timeOfHeartbeat } from '../../shared/ledger/heartbeat.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import { createBell } from '../bell.js';
import type { Identity } from '../identity.js';
import type { LoopStep } from '../loop.js';
import { followCondition } from './follow-condition.js';
import type { CosignedFile } from './cosigned-file.js';
import { openCounted, type ReceivedCheckpoint } from './received-checkpoint.js';
import { findQuorate } from './quorate-checkpoint.js';
import { createShownTime, type WitnessedCheckpoint } from './shown-time.js';

/**
 * Watches that a quorum of witnesses cosigns what this gateway is shown of the ledger's log. Without a quorum the hub could
 * show each member another log.
 */
export interface QuorumWatch {
  /** Takes a checkpoint; one that the step did not look at yet is replaced by the newer one. */
  show(checkpoint: ReceivedCheckpoint): void;
  /**
   * Milliseconds since the last time that each checkpoint which was shown was quorate, or smaller than a quorate one. Time
   * without a connection does not count.
   */
  unwitnessedMs(): number;
  /** How long quorate checkpoints have been shown, in milliseconds as `ShownTime` measures it. */
  witnessedMs(): number;
  readonly step: LoopStep;
}

/** What the watch works with. */
export interface QuorumWatchDeps {
  readonly identity: Identity;
  readonly cosigned: CosignedFile;
  /** Who must cosign the log now. */
  readonly policy: () => WitnessPolicy;
  readonly alarms: Alarms;
  /** As `createConnectedClock` counts. */
  readonly now: () => number;
  /** How long nothing quorate may be shown before an alarm, in milliseconds. */
  readonly unwitnessedMs: number;
}

/** A checkpoint that was shown, and when it was shown first. */
interface SeenCheckpoint extends WitnessedCheckpoint {
  readonly text: string;
  readonly at: number;
}

const CHECK_MS = 1_000;
/** Cosignatures arrive with a later checkpoint than the one that they are over. */
const MAX_SEEN = 64;
/** The most that one heartbeat adds to the time shown, as a part of the time without a quorum before an alarm. */
const STEP_PART = 1 / 4;

/** Creates the watch; it counts from its creation. */
export function createQuorumWatch(deps: QuorumWatchDeps): QuorumWatch {
  const { now, unwitnessedMs } = deps;
  const [bell, report] = [createBell(), followCondition('unwitnessed', deps.alarms)];
  let newest: ReceivedCheckpoint | undefined;
  let seen: readonly SeenCheckpoint[] = [];
  let witnessedAt = now();
  const shownTime = createShownTime(unwitnessedMs * STEP_PART);
  const look = async (received: ReceivedCheckpoint, policy: WitnessPolicy): Promise<void> => {
    const { origin, size, note } = await openCounted(received, deps, policy);
    const at = now();
    const time = timeOfHeartbeat(received.heartbeat);
    seen = withShown(seen, { origin, text: note.text, size, at, time });
    const quorate = await quorateOf(seen, received, policy);
    if (quorate === undefined) return;
    shownTime.saw(quorate);
    seen = seen.filter((one) => one.size >= quorate.size);
    // A quorum over an old checkpoint proves nothing about what was shown after it.
    witnessedAt = Math.max(witnessedAt, seen.find((one) => one.size > quorate.size)?.at ?? at);
  };
  return {
    show: (checkpoint) => {
      newest = checkpoint;
      bell.ring();
    },
    unwitnessedMs: () => now() - witnessedAt,
    witnessedMs: shownTime.ms,
    step: async (signal) => {
      await bell.wait(signal, CHECK_MS);
      const received = newest;
      newest = undefined;
      const policy = deps.policy();
      try {
        if (policy.quorum === 'none') witnessedAt = now();
        if (received !== undefined && !signal.aborted) await look(received, policy);
      } finally {
        report(now() - witnessedAt > unwitnessedMs);
      }
    },
  };
}

/** Finds the newest quorate checkpoint: without a witness the last one. */
async function quorateOf(
  seen: readonly SeenCheckpoint[],
  { cosignatures }: ReceivedCheckpoint,
  policy: WitnessPolicy,
): Promise<SeenCheckpoint | undefined> {
  return policy.quorum === 'none' ? seen.at(-1) : findQuorate(seen, cosignatures, policy);
}

/** Returns the checkpoints of its log with the one that is shown now, which may be the last one again. */
function withShown(all: readonly SeenCheckpoint[], shown: SeenCheckpoint): readonly SeenCheckpoint[] {
  const seen = all.filter(({ origin }) => origin === shown.origin);
  const last = seen.at(-1);
  return last?.text === shown.text
    ? [...seen.slice(0, -1), { ...last, time: shown.time }]
    : [...seen.slice(1 - MAX_SEEN), shown];
}
