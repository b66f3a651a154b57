import type { RouterStore } from '../../shared/store/router/router-store.js';
import { epochFact, type StreamEpoch } from '../account-streams.js';
import type { Accounts } from '../accounts.js';
import type { Events } from '../events.js';

interface EpochWatchDeps {
  readonly store: RouterStore;
  readonly events: Pick<Events, 'alarm'>;
  readonly accounts: Pick<Accounts, 'announceAgain'>;
}

/** The status of deliveries whose copy is in a stream. */
const HELD_IN = { IN: 'delivered', PARKED: 'parked' } as const;

/**
 * Compares the epochs of the organisations' streams with the stored ones. For a stream that was created again, raises
 * `stream-made-anew` and resets the deliveries whose copies were in it, so that the originators' outboxes offer them again.
 */
export function createEpochWatch({
  store,
  events,
  accounts,
}: EpochWatchDeps): (epochs: readonly StreamEpoch[]) => Promise<void> {
  return async (epochs) => {
    const changed = epochs.filter((one) => store.fact(epochFact(one)) !== one.epoch);
    if (changed.length === 0) return;
    const anew = changed.filter((one) => store.fact(epochFact(one)) !== undefined);
    // A PARKED without a stored epoch is new: copies that an older release parked elsewhere are not in it.
    const empty = changed.filter((one) => one.stream === 'PARKED' || anew.includes(one));
    await store.commit(() => {
      for (const { org, stream } of empty)
        if (stream !== 'OUT') store.deliveries.resetFor(org, HELD_IN[stream]);
      for (const one of changed) store.setFact(epochFact(one), one.epoch);
    });
    for (const { org, stream } of anew) {
      events.alarm('stream-made-anew', 'stream-missing', { recipient: org, place: stream });
      if (stream === 'IN') accounts.announceAgain(org);
    }
  };
}
