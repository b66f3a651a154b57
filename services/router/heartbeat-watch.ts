import type { Bus } from '../shared/bus/connect.js';
import { lastOn } from '../shared/bus/direct-get.js';
import type { Clock } from '../shared/kernel/clock.js';
import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';
import { type Heartbeat, verifyHeartbeat } from '../shared/ledger/heartbeat.js';
import type { Directory } from '../shared/trust/directory.js';
import { subjects } from '../shared/wire/subjects.js';

/** The newest heartbeat of the auditor, with the exact token to hand on. */
export interface Beat extends Heartbeat {
  /** When the auditor lived: by its own clock or by the broker's, the later of those that are not ahead of ours. */
  readonly time: Date;
  readonly token: string;
}

export interface HeartbeatWatch {
  last(): Beat | undefined;
  /** Looks at the CHECKPOINT stream; what no auditor signed is not used and told. Throws what a retry may mend. */
  look(): Promise<void>;
}

interface WatchDeps {
  readonly core: Bus;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly onForeign: (error: LiaisonError) => void;
}

export function createHeartbeatWatch({ core, directory, clock, onForeign }: WatchDeps): HeartbeatWatch {
  let last: Beat | undefined;
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
          last = { ...heartbeat, time: livedAt(now, [heartbeat.time, stored.storedAt]), token };
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

/** A time in the future would make a dead auditor look alive until then. */
function livedAt(now: Date, times: readonly Date[]): Date {
  const past = times.map((time) => time.getTime()).filter((time) => time <= now.getTime());
  return past.length === 0 ? now : new Date(Math.max(...past));
}
