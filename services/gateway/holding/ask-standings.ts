import { fail } from '../../shared/kernel/errors.js';
import type { HoldingPlace } from '../../shared/store/gateway/gateway-holdings.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ShownHeldStanding } from '../../shared/wire/shown-standing.js';
import type { HubQuestions } from '../outbound/hub-questions.js';

interface AskStandingsParams<Judged> {
  readonly store: Pick<GatewayStore, 'commit'>;
  readonly questions: Pick<HubQuestions, 'standing'>;
  /** Returns the next notices to ask about, in order, at most `limit`; none after the last one. */
  readonly pageAfter: (after: HoldingPlace, limit: number) => readonly HoldingPlace[];
  /** Called for each notice before the transaction. */
  readonly judge: (place: HoldingPlace, standing: ShownHeldStanding) => Judged | Promise<Judged>;
  /** Called for each notice within a transaction. */
  readonly apply: (place: HoldingPlace, judged: Judged) => void;
}

/** Notices in one question. */
const MAX_HELD = 256;

/**
 * Asks the hub about notices, page by page, and applies each answer. Throws as `HubQuestions.standing` does, and
 * `not-ready` if an answer is about none of them.
 */
export async function askStandings<Judged>({
  store,
  questions,
  pageAfter,
  judge,
  apply,
}: AskStandingsParams<Judged>): Promise<void> {
  let after: HoldingPlace = { originator: '', id: '' };
  const judged = async (place: HoldingPlace, standing: ShownHeldStanding) => ({
    place,
    judged: await judge(place, standing),
  });
  for (;;) {
    const held = pageAfter(after, MAX_HELD);
    if (held.length === 0) return;
    const { held: standings } = await questions.standing({ held });
    const answered = await Promise.all(
      held.flatMap((place, at) => {
        const standing = standings[at];
        return standing === undefined ? [] : [judged(place, standing)];
      }),
    );
    await store.commit(() => answered.forEach(({ place, judged: one }) => apply(place, one)));
    const last = answered.at(-1)?.place;
    if (last === undefined) throw fail('not-ready', 'the hub answered about none of the notices');
    after = last;
  }
}
