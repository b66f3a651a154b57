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

const PLACE = { stream: 'QUARANTINE', subject: 'quarantine.*' } as const;
/** How often the first entry is read again to check that the stream is still the same; an entry has up to 1 MiB. */
const SAME_STREAM_EVERY_MS = 60_000;

/**
 * Verifies new entries of QUARANTINE at each call and raises `foreign-entry` for one that no router signed: an operator
 * could be made to replay a message that was never quarantined. Restarts from the first entry when the stream was created
 * again.
 */
export function createQuarantineWatch(deps: WatchDeps): () => Promise<void> {
  const { core, events } = deps;
  let read: Pick<StoredMessage, 'seq' | 'storedAt'> = NOTHING;
  let due = 0;
  const readNew = async (): Promise<void> => {
    if (performance.now() >= due) {
      const first = await nextOn(core, { ...PLACE, from: 1 });
      if (first !== undefined) due = performance.now() + SAME_STREAM_EVERY_MS;
      // In one stream, sequence and time rise together.
      if (first !== undefined && first.seq <= read.seq && first.storedAt > read.storedAt) {
        events.alarm('stream-made-anew', 'stream-missing', { place: PLACE.stream });
        read = NOTHING;
      }
    }
    for (let count = 0; count < MAX_PER_CALL; count += 1) {
      const stored = await nextOn(core, { ...PLACE, from: read.seq + 1 });
      if (stored === undefined) return;
      await check(deps, stored);
      read = { seq: stored.seq, storedAt: stored.storedAt };
    }
  };
  return async () => {
    try {
      await readNew();
    } catch (thrown) {
      due = 0;
      throw thrown;
    }
  };
}

const NOTHING = { seq: 0, storedAt: new Date(0) };

async function check({ directory, clock, events }: WatchDeps, stored: StoredMessage): Promise<void> {
  try {
    await verifyQuarantined(stored, { directory: directory(), now: clock() });
  } catch (thrown) {
    const reason = finalCode(errorFrom(thrown), 'quarantine-entry');
    events.alarm('foreign-entry', 'record-foreign', { seq: stored.seq, reason });
  }
}
