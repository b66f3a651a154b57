import type { Bus } from '../shared/bus/connect.js';
import { nextOn, type Stored } from '../shared/bus/direct-get.js';
import { type Clock, seconds } from '../shared/kernel/clock.js';
import { errorFrom, fail } from '../shared/kernel/errors.js';
import { digest } from '../shared/trust/digest.js';
import type { Directory } from '../shared/trust/directory.js';
import { verifyJws } from '../shared/trust/jws.js';
import { frames } from '../shared/wire/frames.js';
import { parseSubject } from '../shared/wire/subjects.js';
import type { Events } from './events.js';

interface WatchDeps {
  readonly core: Bus;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly events: Events;
}

const MOST_A_LOOK = 200;
const A_DAY_S = 86_400;

/**
 * Reads the quarantine as it grows and alarms on entries that no router signed: whoever can write there could make an
 * operator replay what never was put away. Each call looks at what is new; in another epoch it begins anew.
 */
export function createQuarantineWatch(deps: WatchDeps): (epoch: string) => Promise<void> {
  let next = 1;
  let last = '';
  return async (epoch) => {
    if (epoch !== last) next = 1;
    last = epoch;
    for (let count = 0; count < MOST_A_LOOK; count += 1) {
      const stored = await nextOn(deps.core, { stream: 'QUARANTINE', subject: 'quarantine.*', from: next });
      if (stored === undefined) return;
      await check(deps, stored);
      next = stored.seq + 1;
    }
  };
}

async function check({ directory, clock, events }: WatchDeps, stored: Stored): Promise<void> {
  try {
    await verify(directory(), stored, new Date((seconds(clock()) + A_DAY_S) * 1000));
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (error.family === 'operational') throw error;
    events.alarm('record-foreign', { what: 'quarantine-entry', seq: stored.seq, reason: error.code });
  }
}

/** Signed when it was stored: a hub key revoked since then still counts for it. */
async function verify(directory: Directory, { subject, bytes, storedAt }: Stored, now: Date): Promise<void> {
  const about = parseSubject(subject);
  const entry = frames.quarantined.decode(bytes);
  const { payload } = await verifyJws(entry.statement, {
    typ: 'quarantine+jws',
    use: 'hub',
    key: directory.key,
    issuer: 'hub',
    now,
    recorded: storedAt,
  });
  const isWhole = payload['size'] === entry.bytes.length;
  const matches = about?.type === 'quarantine' && about.org === payload['org'];
  if (!matches || (isWhole && digest(entry.bytes) !== payload['digest'])) {
    throw fail('digest-mismatch', 'an entry of the quarantine is not what was signed');
  }
}
