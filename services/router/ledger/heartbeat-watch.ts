import type { Bus } from '../../shared/bus/connect.js';
import { lastOn } from '../../shared/bus/direct-get.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Heartbeat, verifyHeartbeat } from '../../shared/ledger/heartbeat.js';
import type { Directory } from '../../shared/trust/directory.js';
import { subjects } from '../../shared/wire/subjects.js';

/** The newest heartbeat of the auditor, with the exact token to hand on. */
export interface ReceivedHeartbeat extends Heartbeat {
  /** When the auditor lived, never ahead of our clock: as it signed, or up to ten minutes later when the broker says so. */
  readonly time: Date;
  readonly token: string;
}

export interface HeartbeatWatch {
  last(): ReceivedHeartbeat | undefined;
  /** Looks at the CHECKPOINT stream; what no auditor signed is not used and told. Throws what a retry may mend. */
  look(): Promise<void>;
}

interface WatchDeps {
  readonly core: Bus;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly onForeign: (error: LiaisonError) => void;
}

/** How far the broker's time may be from the signed one to count. */
const BROKER_BOUND_MS = 10 * 60_000;

export function createHeartbeatWatch({ core, directory, clock, onForeign }: WatchDeps): HeartbeatWatch {
  let last: ReceivedHeartbeat | undefined;
  let said: Heartbeat | undefined;
  let seen = 0;
  return {
    last: () => last,
    look: async () => {
      const stored = await lastOn(core, { stream: 'CHECKPOINT', subject: subjects.checkpoint() });
      if (stored === undefined || stored.seq === seen) return;
      const token = Buffer.from(stored.bytes).toString('latin1');
      try {
        const now = clock();
        const heartbeat = await verifyHeartbeat(token, directory(), now);
        // An old one said again changes nothing.
        if (token !== last?.token && !isOlder(heartbeat, said)) {
          said = heartbeat;
          last = { ...heartbeat, time: livedAt(now, heartbeat, stored.storedAt), token };
        }
      } catch (thrown) {
        onForeign(errorFrom(thrown));
      }
      seen = stored.seq;
    },
  };
}

/** By what it counts and not by its time alone: the auditor's clock may have been set back. */
function isOlder(heartbeat: Heartbeat, said: Heartbeat | undefined): boolean {
  if (said === undefined || heartbeat.epoch !== said.epoch || heartbeat.time > said.time) return false;
  return heartbeat.seq < said.seq || heartbeat.count < said.count;
}

/**
 * What the broker says is signed by nobody: it makes up for an auditor whose clock is a little slow, and not for the auditor,
 * whose heartbeats it could keep back and hand out later. A time in the future would make a dead one look alive until then.
 */
function livedAt(now: Date, { time }: Heartbeat, storedAt: Date): Date {
  const isNear = Math.abs(storedAt.getTime() - time.getTime()) <= BROKER_BOUND_MS;
  const past = (isNear ? [time, storedAt] : [time])
    .map((one) => one.getTime())
    .filter((one) => one <= now.getTime());
  return past.length === 0 ? now : new Date(Math.max(...past));
}
