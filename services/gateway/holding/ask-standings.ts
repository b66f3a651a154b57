import { fail } from '../../shared/kernel/errors.js';
import type { HoldingPlace } from '../../shared/store/gateway/gateway-holdings.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ShownHeldStanding } from '../../shared/wire/shown-standing.js';
import type { HubQuestions } from '../outbound/hub-questions.js';

interface AskStandingsParams {
  readonly store: Pick<GatewayStore, 'commit'>;
  readonly questions: Pick<HubQuestions, 'standing'>;
  /** Returns the next notices to ask about, in order, at most `limit`; none after the last one. */
  readonly pageAfter: (after: HoldingPlace, limit: number) => readonly HoldingPlace[];
  /** Called for each notice within a transaction. */
  readonly apply: (place: HoldingPlace, standing: ShownHeldStanding) => void;
}

/** Notices in one question. */
const MAX_HELD = 256;

/**
 * Asks the hub about notices, page by page, and applies each answer. Throws as `HubQuestions.standing` does, and
 * `not-ready` if an answer is about none of them.
 */
export async function askStandings({
  store,
  questions,
  pageAfter,
  apply,
}: AskStandingsParams): Promise<void> {
  let after: HoldingPlace = { originator: '', id: '' };
  for (;;) {
    const held = pageAfter(after, MAX_HELD);
    if (held.length === 0) return;
    const { held: standings } = await questions.standing({ held });
    const answered = held.slice(0, standings.length);
    await store.commit(() => {
      for (const [at, place] of answered.entries()) {
        const standing = standings[at];
        if (standing) apply(place, standing);
      }
    });
    const last = answered.at(-1);
    if (last === undefined) throw fail('not-ready', 'the hub answered about none of the notices');
    after = last;
  }
}
