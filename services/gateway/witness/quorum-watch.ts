import type { Alarms } from '../../shared/runtime/alarms.js';
import { countedLogKeys } from '../../shared/tlog/log-keys.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import { createBell } from '../bell.js';
import type { Identity } from '../identity.js';
import type { LoopStep } from '../loop.js';
import { followCondition } from './follow-condition.js';
import type { CosignedFile } from './cosigned-file.js';
import { openReceived, type ReceivedCheckpoint } from './received-checkpoint.js';
import { findQuorate } from './quorate-checkpoint.js';

/**
 * Watches that a quorum of witnesses cosigns what this gateway is shown of the ledger's log. Without that the hub could show it
 * another log than the others.
 */
export interface QuorumWatch {
  /** Takes a checkpoint; one that the step did not look at yet is replaced by the newer one. */
  show(checkpoint: ReceivedCheckpoint): void;
  /**
   * Milliseconds since every checkpoint that was shown was quorate, or smaller than a quorate one. Time without a connection
   * does not count.
   */
  unwitnessedMs(): number;
  readonly step: LoopStep;
}

/** What the watch works with. */
export interface QuorumWatchDeps {
  readonly identity: Identity;
  readonly cosigned: CosignedFile;
  /** Who must cosign the log now. */
  readonly policy: () => WitnessPolicy;
  readonly alarms: Alarms;
  /** Milliseconds of a monotonic clock that stands still without a connection. */
  readonly now: () => number;
  /** How long nothing quorate may be shown before an alarm, in milliseconds. */
  readonly unwitnessedMs: number;
}

/** A checkpoint that was shown, and when. */
interface SeenCheckpoint {
  readonly text: string;
  readonly size: number;
  readonly at: number;
}

const CHECK_MS = 1_000;
/** Cosignatures arrive with a later checkpoint than the one that they are over. */
const MAX_SEEN = 64;

/** Creates the watch; it counts from its creation. */
export function createQuorumWatch(deps: QuorumWatchDeps): QuorumWatch {
  const { now, unwitnessedMs } = deps;
  const bell = createBell();
  const report = followCondition('unwitnessed', deps.alarms);
  let newest: ReceivedCheckpoint | undefined;
  let seen: readonly SeenCheckpoint[] = [];
  let witnessedAt = now();
  const look = async (received: ReceivedCheckpoint, policy: WitnessPolicy): Promise<void> => {
    const { size, note } = await openReceived(received, deps, (directory, origin) =>
      countedLogKeys(policy, directory, origin),
    );
    const at = now();
    if (seen.at(-1)?.text !== note.text) seen = [...seen.slice(1 - MAX_SEEN), { text: note.text, size, at }];
    const quorate = await findQuorate(seen, received.cosignatures, policy);
    if (quorate === undefined) return;
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
    step: async (signal) => {
      await bell.wait(signal, CHECK_MS);
      const received = newest;
      newest = undefined;
      const policy = deps.policy();
      try {
        if (policy.quorum === 'none') witnessedAt = now();
        else if (received !== undefined && !signal.aborted) await look(received, policy);
      } finally {
        report(now() - witnessedAt > unwitnessedMs);
      }
    },
  };
}
