import type { Bus } from '../shared/bus/connect.js';
import { lastOn } from '../shared/bus/direct-get.js';
import { publishLatest } from '../shared/bus/publish.js';
import type { Clock } from '../shared/kernel/clock.js';
import { errorFrom, fail, type LiaisonError } from '../shared/kernel/errors.js';
import { withDeadline } from '../shared/kernel/with-deadline.js';
import { type Heartbeat, signHeartbeat, verifyHeartbeat } from '../shared/ledger/heartbeat.js';
import type { Directory } from '../shared/trust/directory.js';
import type { Signer } from '../shared/trust/keys.js';
import { checkpointOf, readCheckpoint } from '../shared/wire/checkpoint-frame.js';
import { subjects } from '../shared/wire/subjects.js';
import { repeat } from './repeat.js';

interface HeartbeatDeps {
  readonly bus: Bus;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly federation: () => string;
  /** What is on disk now; undefined while no position is known. */
  readonly reached: () => Omit<Heartbeat, 'time'> | undefined;
  readonly everyMs: number;
  /** Records after which a heartbeat is published early. */
  readonly everyRecords: number;
  readonly onFault: (error: LiaisonError) => void;
}

/** Publishes the auditor's heartbeats. */
export interface Heartbeats {
  /** To be called when the position moved: publishes at once in a new epoch or after `everyRecords`. */
  moved(): void;
  /** The last heartbeat that the broker stored. */
  last(): Heartbeat | undefined;
  stop(): Promise<void>;
}

const PUBLISH_TIMEOUT_MS = 5_000;
const RETRY_PAUSE_MS = 500;

/** Publishes heartbeats until stopped. After a failure, signs a new one over what is on disk at that time. */
export function startHeartbeats(deps: HeartbeatDeps): Heartbeats {
  let last: Heartbeat | undefined;
  const loop = repeat(async (stopping) => {
    const reached = deps.reached();
    if (reached === undefined) return RETRY_PAUSE_MS;
    const heartbeat = { ...reached, time: deps.clock() };
    try {
      await publish(deps, heartbeat, stopping);
      last = heartbeat;
      return deps.everyMs;
    } catch (error) {
      if (!stopping.aborted) deps.onFault(errorFrom(error));
      return RETRY_PAUSE_MS;
    }
  });
  return {
    moved: () => {
      const reached = deps.reached();
      if (reached === undefined) return;
      const isDue = reached.epoch !== last?.epoch || reached.seq - last.seq >= deps.everyRecords;
      if (isDue) loop.wake();
    },
    last: () => last,
    stop: loop.stop,
  };
}

async function publish(deps: HeartbeatDeps, heartbeat: Heartbeat, stopped: AbortSignal): Promise<void> {
  const token = await signHeartbeat(heartbeat, { federation: deps.federation(), signer: deps.signer });
  const outcome = await withDeadline({ signal: stopped, ms: PUBLISH_TIMEOUT_MS }, (signal) =>
    publishLatest(deps.bus, { subject: subjects.checkpoint(), bytes: checkpointOf(token), signal }),
  );
  if (outcome === 'full') throw fail('full', 'the checkpoint stream is full');
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
