import type { Bus } from '../shared/bus/connect.js';
import { lastOn } from '../shared/bus/direct-get.js';
import type { Clock } from '../shared/kernel/clock.js';
import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';
import { type Heartbeat, verifyHeartbeat } from '../shared/ledger/heartbeat.js';
import type { Directory } from '../shared/trust/directory.js';
import { subjects } from '../shared/wire/subjects.js';

/** The newest heartbeat of the auditor, with the exact token to hand on. */
export interface Beat extends Heartbeat {
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
  let seen = 0;
  return {
    last: () => last,
    look: async () => {
      const stored = await lastOn(core, { stream: 'CHECKPOINT', subject: subjects.checkpoint() });
      if (stored === undefined || stored.seq === seen) return;
      const token = Buffer.from(stored.bytes).toString('latin1');
      try {
        const heartbeat = await verifyHeartbeat(token, directory(), clock());
        // An old one said again changes nothing.
        if (last === undefined || heartbeat.time > last.time) last = { ...heartbeat, token };
      } catch (thrown) {
        onForeign(errorFrom(thrown));
      }
      seen = stored.seq;
    },
  };
}
