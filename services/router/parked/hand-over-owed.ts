import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import type { DeliveryAddress } from '../frames/deliver-or-park.js';
import { handOverActs } from '../frames/hand-over-acts.js';
import type { Hub } from '../hub.js';
import { createTries, type Tries, type Waits } from '../tries.js';
import { handOverRecall } from './hand-over-recall.js';

/** For acts that stay unanswered in IN. */
const UNANSWERED: Waits = { first: 60_000, longest: 3_600_000 };
/** For acts that cannot be handed over at present. */
const HELD_UP: Waits = { first: 5_000, longest: 300_000 };

/** Owed acts whose places are read at once. */
const PAGE = 256;

/** Hands a recipient the ends and bars that it has not answered. */
export interface OwedActs {
  /**
   * Hands over all owed acts that are not in the recipient's IN, each with the other unanswered actions of its frame; false
   * when IN takes nothing at present. Needs neither PARKED nor the originator's outbox, because the ledger holds the actions
   * and their holders. An act that cannot be handed over at present does not delay the later ones.
   */
  handOver(recipient: OrgId): Promise<boolean>;
}

/**
 * Creates the owed acts of one router. Acts that stay unanswered in IN, and acts that cannot be handed over,
 * are tried again after a longer wait each time.
 */
export function createOwedActs(hub: Hub): OwedActs {
  const triesOf = new Map<OrgId, Tries<FrameId>>();
  return {
    handOver: async (recipient) => {
      const tries = triesOf.get(recipient) ?? createTries<FrameId>();
      triesOf.set(recipient, tries);
      const seen = new Set<FrameId>();
      for await (const address of owedFrames(hub, recipient)) {
        const { frame } = address;
        if (seen.has(frame)) continue;
        seen.add(frame);
        // Found in IN for the first time: it is unanswered from now on.
        const isInInbox = hub.store.deliveries.statusOf({ ...address, recipient }) === 'delivered';
        if (isInInbox && tries.begin(frame, UNANSWERED)) continue;
        if (!tries.isDue(frame, isInInbox ? UNANSWERED : HELD_UP)) continue;
        const recall = hub.store.actions.recallOwedIn(recipient, address);
        const outcome = recall
          ? await handOverRecall(hub, { ...address, recipient }, recall)
          : await handOverActs(hub, hub.snapshot(), { ...address, recipient });
        if (outcome === 'full') return false;
        tries.note(frame, outcome === 'handed-over' ? UNANSWERED : HELD_UP);
      }
      tries.keepOnly(seen);
      return true;
    },
  };
}

type OwedFrame = Pick<DeliveryAddress, 'originator' | 'frame'>;

/** Reads the frames with owed acts of a recipient, page by page; the event loop gets a turn after each page. */
async function* owedFrames({ store }: Hub, recipient: OrgId): AsyncGenerator<OwedFrame> {
  for (let after = 0; ; await nextTurn()) {
    const page = store.actions.owed(recipient, { after, limit: PAGE });
    for (const { originator, frame } of page)
      yield { originator: parseOrgId(originator), frame: parseFrameId(frame) };
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.place;
  }
}
