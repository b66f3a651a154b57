import type { Bus } from '../../shared/bus/connect.js';
import { lastOn } from '../../shared/bus/direct-get.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Heartbeat, verifyHeartbeat } from '../../shared/ledger/heartbeat.js';
import type { Directory } from '../../shared/trust/directory.js';
import { readCheckpoint } from '../../shared/wire/checkpoint-frame.js';
import { subjects } from '../../shared/wire/subjects.js';

/** The newest heartbeat of the auditor, with its frame as received, to publish to the organisations. */
export interface ReceivedHeartbeat extends Heartbeat {
  /**
   * When the auditor was last alive: the signed time, or the broker's when the two are at most ten minutes
   * apart. Never ahead of the router's clock.
   */
  readonly time: Date;
  readonly token: string;
  /** The `CheckpointFrame` that holds the token. */
  readonly frame: Uint8Array;
}

/** Follows the auditor's heartbeats. */
export interface HeartbeatWatch {
  /** The newest heartbeat so far. */
  last(): ReceivedHeartbeat | undefined;
  /** Reads the CHECKPOINT stream. A heartbeat that does not verify is reported to `onForeign` and ignored. Throws when the broker cannot be read. */
  look(): Promise<void>;
}

interface WatchDeps {
  readonly core: Bus;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly onForeign: (error: LiaisonError) => void;
  /** Called when CHECKPOINT was created again, which shows as a lower sequence. */
  readonly onAnew: () => void;
}

/** The broker's time counts only when it is at most this far from the signed time. */
const MAX_BROKER_OFFSET_MS = 10 * 60_000;

/** Creates a watch that has seen no heartbeat yet. */
export function createHeartbeatWatch({
  core,
  directory,
  clock,
  onForeign,
  onAnew,
}: WatchDeps): HeartbeatWatch {
  let last: ReceivedHeartbeat | undefined;
  /** The newest heartbeat as signed; the time of `last` is corrected. */
  let signed: Heartbeat | undefined;
  let seen = 0;
  return {
    last: () => last,
    look: async () => {
      const stored = await lastOn(core, { stream: 'CHECKPOINT', subject: subjects.checkpoint() });
      if (stored === undefined || stored.seq === seen) return;
      if (stored.seq < seen) onAnew();
      try {
        const { heartbeat: token } = readCheckpoint(stored.bytes);
        const now = clock();
        const heartbeat = await verifyHeartbeat(token, directory(), now);
        // An older heartbeat, published again, changes nothing.
        if (token !== last?.token && !isOlder(heartbeat, signed)) {
          signed = heartbeat;
          last = { ...heartbeat, time: aliveAt(now, heartbeat, stored.storedAt), token, frame: stored.bytes };
        }
      } catch (thrown) {
        onForeign(errorFrom(thrown));
      }
      seen = stored.seq;
    },
  };
}

/** Compares the counts and not the time alone: the auditor's clock may have been set back. */
function isOlder(heartbeat: Heartbeat, last: Heartbeat | undefined): boolean {
  if (last === undefined || heartbeat.epoch !== last.epoch || heartbeat.time > last.time) return false;
  return heartbeat.seq < last.seq || heartbeat.count < last.count;
}

/**
 * Combines the signed time with the broker's. The broker's time is unsigned: it corrects an auditor whose clock is a little
 * slow, but a broker that holds heartbeats back must not make a dead auditor look alive. A time in the future would do that
 * too, and is ignored.
 */
function aliveAt(now: Date, { time }: Heartbeat, storedAt: Date): Date {
  const isNear = Math.abs(storedAt.getTime() - time.getTime()) <= MAX_BROKER_OFFSET_MS;
  const past = (isNear ? [time, storedAt] : [time])
    .map((one) => one.getTime())
    .filter((one) => one <= now.getTime());
  return past.length === 0 ? now : new Date(Math.max(...past));
}
