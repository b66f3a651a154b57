import type { Bus } from '../../shared/bus/connect.js';
import { nextOn, type StoredMessage } from '../../shared/bus/direct-get.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import type { Directory } from '../../shared/trust/directory.js';
import { finalCode } from '../../shared/trust/may-pass.js';
import type { Events } from '../events.js';
import { verifyQuarantined } from './quarantined.js';

interface WatchDeps {
  readonly core: Bus;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly events: Events;
}

const MAX_PER_CALL = 200;

/**
 * Verifies new entries of QUARANTINE at each call and raises `foreign-entry` for one that no router signed: an operator could
 * be made to replay a message that was never quarantined. In a new epoch, starts again from the first entry.
 */
export function createQuarantineWatch(deps: WatchDeps): (epoch: string) => Promise<void> {
  let next = 1;
  let last = '';
  return async (epoch) => {
    if (epoch !== last) next = 1;
    last = epoch;
    for (let count = 0; count < MAX_PER_CALL; count += 1) {
      const stored = await nextOn(deps.core, { stream: 'QUARANTINE', subject: 'quarantine.*', from: next });
      if (stored === undefined) return;
      await check(deps, stored);
      next = stored.seq + 1;
    }
  };
}

async function check({ directory, clock, events }: WatchDeps, stored: StoredMessage): Promise<void> {
  try {
    await verifyQuarantined(stored, { directory: directory(), now: clock() });
  } catch (thrown) {
    const reason = finalCode(errorFrom(thrown), 'quarantine-entry');
    events.alarm('foreign-entry', 'record-foreign', { seq: stored.seq, reason });
  }
}
