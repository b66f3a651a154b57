import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, seconds } from '../shared/kernel/clock.js';
import type { OrgId } from '../shared/kernel/ids.js';
import type { HeldPair } from '../shared/store/append/held-tables.js';
import type { UndestroyedQuery } from '../shared/store/append/taken-back.js';
import type { ShownUndestroyed, ShownUndestroyedCount } from '../shared/wire/shown-undestroyed.js';
import type { Archive } from './archive.js';

interface UndestroyedDeps {
  readonly archive: Pick<Archive, 'held'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Pairs that are read before the event loop gets a turn. */
const PAGE = 500;

/**
 * Counts the notices that have not ended and of which no signed answer says that they are destroyed: those that a member holds, and
 * those of the member that others hold.
 */
export async function countUndestroyed(member: OrgId, deps: UndestroyedDeps): Promise<ShownUndestroyed> {
  const record = deps.archive.held.upTo();
  return {
    record,
    holds: await countsOf({ as: 'recipient', org: member }, deps),
    heldByOthers: await countsOf({ as: 'originator', org: member }, deps),
  };
}

/** Counts the notices between an organisation and each other one, by its id. */
async function countsOf(
  whose: Pick<UndestroyedQuery, 'as' | 'org'>,
  { archive: { held }, clock, signal }: UndestroyedDeps,
): Promise<readonly ShownUndestroyedCount[]> {
  const now = seconds(clock());
  const counts = new Map<string, { notices: number; asked: number }>();
  for (const source of ['held', 'takenBack'] as const) {
    for (let after: HeldPair | undefined; ; await nextTurn()) {
      signal.throwIfAborted();
      const pairs = held.undestroyed[source]({ ...whose, after, now, limit: PAGE });
      for (const { originator, recipient } of pairs) {
        const other = whose.as === 'recipient' ? originator : recipient;
        const count = counts.get(other) ?? { notices: 0, asked: 0 };
        count.notices += 1;
        if (source === 'takenBack') count.asked += 1;
        counts.set(other, count);
      }
      after = pairs.at(-1);
      if (after === undefined) break;
    }
  }
  return [...counts].map(([org, count]) => ({ org, ...count })).toSorted((a, b) => (a.org < b.org ? -1 : 1));
}
