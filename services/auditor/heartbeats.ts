import type { Bus } from '../shared/bus/connect.js';
import { lastOn } from '../shared/bus/direct-get.js';
import { publishNext } from '../shared/bus/publish.js';
import type { Clock } from '../shared/kernel/clock.js';
import { errorFrom, fail, type LiaisonError } from '../shared/kernel/errors.js';
import { withDeadline } from '../shared/kernel/with-deadline.js';
import { type Heartbeat, signHeartbeat, verifyHeartbeat } from '../shared/ledger/heartbeat.js';
import type { Directory } from '../shared/trust/directory.js';
import type { Signer } from '../shared/trust/keys.js';
import { checkpointOf, readCheckpoint } from '../shared/wire/checkpoint-frame.js';
import { subjects } from '../shared/wire/subjects.js';
import type { Seal } from './log/life-sealer.js';
import type { Sealer } from './log/sealer.js';
import { repeat } from './repeat.js';

interface HeartbeatDeps {
  readonly bus: Bus;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly federation: () => string;
  /** What is on disk now; undefined while no position is known. */
  readonly reached: () => Omit<Heartbeat, 'time' | 'size'> | undefined;
  readonly log: Pick<Sealer, 'seal' | 'published'>;
  readonly everyMs: number;
  /** Records after which a heartbeat is published early. */
  readonly everyRecords: number;
  readonly onFault: (error: LiaisonError) => void;
}

/** Publishes the auditor's heartbeats, each with the newest checkpoint of the log. */
export interface Heartbeats {
  /**
   * To be called when the position moved: publishes at once if it `isUrgent`, in a new epoch or after `everyRecords`, else after a
   * second.
   */
  readonly moved: (isUrgent: boolean) => void;
  /** The last heartbeat that the broker stored. */
  last(): Heartbeat | undefined;
  stop(): Promise<void>;
}

const PUBLISH_TIMEOUT_MS = 5_000;
const RETRY_PAUSE_MS = 500;
/** How long the first new record waits for others, which are sealed with it. */
const SEAL_MS = 1_000;

/** Publishes heartbeats until stopped. After a failure, signs a new one over what is on disk at that time. */
export function startHeartbeats(deps: HeartbeatDeps): Heartbeats {
  let last: Heartbeat | undefined;
  let due: NodeJS.Timeout | undefined;
  const loop = repeat(async (stopping) => {
    clearTimeout(due);
    due = undefined;
    try {
      const reached = deps.reached();
      const seal = await deps.log.seal();
      if (reached === undefined) return RETRY_PAUSE_MS;
      const heartbeat = { ...reached, size: seal.size, time: deps.clock() };
      await publish(deps, { heartbeat, seal }, stopping);
      last = heartbeat;
      deps.log.published(seal);
      return deps.everyMs;
    } catch (error) {
      if (!stopping.aborted) deps.onFault(errorFrom(error));
      return RETRY_PAUSE_MS;
    }
  });
  return {
    moved: (isUrgent) => {
      const reached = deps.reached();
      if (reached === undefined || (reached.epoch === last?.epoch && reached.seq === last.seq)) return;
      const isDue = isUrgent || reached.epoch !== last?.epoch || reached.seq - last.seq >= deps.everyRecords;
      if (isDue) loop.wake();
      else due ??= setTimeout(loop.wake, SEAL_MS).unref();
    },
    last: () => last,
    stop: async () => {
      clearTimeout(due);
      await loop.stop();
    },
  };
}

async function publish(
  { bus, federation, signer }: HeartbeatDeps,
  { heartbeat, seal }: { readonly heartbeat: Heartbeat; readonly seal: Seal },
  stopped: AbortSignal,
): Promise<void> {
  const token = await signHeartbeat(heartbeat, { federation: federation(), signer });
  const message = {
    subject: subjects.checkpoint(),
    bytes: checkpointOf(token, seal),
    expected: seal.expected,
  };
  const outcome = await withDeadline({ signal: stopped, ms: PUBLISH_TIMEOUT_MS }, (signal) =>
    publishNext(bus, { ...message, signal }),
  );
  if (outcome === 'full') throw fail('full', 'the checkpoint stream is full');
  // Another auditor, or an earlier try of this one: the next try compares what is there with the tree.
  if (outcome === 'stale') throw fail('busy', 'the checkpoint was replaced in the meantime');
}

/**
 * Reads and verifies the heartbeat in CHECKPOINT; undefined when there is none. It shows whether the file
 * lost records: a file cut between two records is sound by itself. Throws as `verifyHeartbeat` and `readCheckpoint` do.
 */
export async function lastHeartbeat(
  bus: Bus,
  { directory, now }: { readonly directory: Directory; readonly now: Date },
): Promise<Heartbeat | undefined> {
  const stored = await lastOn(bus, { stream: 'CHECKPOINT', subject: subjects.checkpoint() });
  if (stored === undefined) return undefined;
  return verifyHeartbeat(readCheckpoint(stored.bytes).heartbeat, directory, now);
}
