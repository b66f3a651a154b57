import { groupBy } from '../../shared/kernel/group-by.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import { createHandOutAction } from '../../shared/ledger/action-delivery.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import type { OwedAct } from '../../shared/store/router/router-actions.js';
import { MAX_DELIVERED_ACTIONS } from '../../shared/wire/frame-limits.js';
import { type DeliveredAction, frames } from '../../shared/wire/frames.js';
import { packDelivery, publishDelivery, shownTo } from '../frames/deliver-or-park.js';
import { proverOf } from '../frames/record.js';
import type { Hub } from '../hub.js';

/**
 * Milliseconds before an end or bar that stays unanswered in IN is handed over again: the first time, and at
 * most.
 */
const [AGAIN_MS, MAX_AGAIN_MS] = [60_000, 3_600_000];

/** Hands a recipient the ends and bars that it has not answered. */
export interface OwedActs {
  /**
   * Hands over the owed acts that are not in the recipient's IN; false when IN takes nothing at present.
   * Needs neither PARKED nor the originator's outbox: the acts and the actions are on the ledger.
   */
  handOver(recipient: OrgId): Promise<boolean>;
}

/**
 * When the acts of a frame were last found or put in IN, on the monotonic clock, and the wait before the next
 * time.
 */
interface Try {
  readonly at: number;
  readonly waitMs: number;
}

/**
 * Creates the owed acts of one router. Acts that stay unanswered in IN are handed over again, after a longer
 * wait each time.
 */
export function createOwedActs(hub: Hub): OwedActs {
  const tries = new Map<string, Try>();
  const isDue = (recipient: OrgId, { originator, frame }: OwedFrame): boolean => {
    if (hub.store.deliveries.statusOf({ originator, frame, recipient }) !== 'delivered') return true;
    const now = performance.now();
    const key = `${recipient} ${frame}`;
    const last = tries.get(key);
    if (last === undefined) tries.set(key, { at: now, waitMs: AGAIN_MS });
    if (last === undefined || now < last.at + last.waitMs) return false;
    tries.set(key, { at: now, waitMs: Math.min(2 * last.waitMs, MAX_AGAIN_MS) });
    return true;
  };
  return {
    handOver: async (recipient) => {
      const owed = hub.store.read(() => hub.store.actions.owed(recipient, MAX_DELIVERED_ACTIONS));
      if (owed.length === 0) forget(tries, recipient);
      const due = framesIn(owed).filter((frame) => isDue(recipient, frame));
      for (const frame of due) if (!(await handOverFrame(hub, recipient, frame))) return false;
      return true;
    },
  };
}

function forget(tries: Map<string, Try>, recipient: OrgId): void {
  for (const key of tries.keys()) if (key.startsWith(`${recipient} `)) tries.delete(key);
}

/** The owed acts of one frame, whose record shows the recipient that they are meant for it. */
interface OwedFrame {
  readonly originator: OrgId;
  readonly frame: FrameId;
  readonly acts: readonly OwedAct[];
}

function framesIn(owed: readonly OwedAct[]): readonly OwedFrame[] {
  // An action that several frames hand over is handed over by the first of them.
  const once = new Map(owed.toReversed().map((act) => [`${act.originator} ${act.action}`, act]));
  const groups = groupBy(
    [...once.values()].toReversed(),
    ({ originator, frame }) => `${originator} ${frame}`,
  );
  return Array.from(groups.values(), (acts) => {
    const [first] = acts;
    return { originator: parseOrgId(first?.originator), frame: parseFrameId(first?.frame), acts };
  });
}

/** Hands over the acts of one frame; false when IN did not take them. */
async function handOverFrame(
  hub: Hub,
  recipient: OrgId,
  { originator, frame, acts }: OwedFrame,
): Promise<boolean> {
  const read = await Promise.all(hub.store.shares.recordsOf(originator, frame).map(hub.recordBytes));
  // When a record cannot be read at present, the next round tries again.
  const provers = read.flatMap((bytes) => (bytes === undefined ? [] : [proverOf(bytes)]));
  const records = provers.length < read.length ? [] : shownTo(recipient, provers);
  // When the records leave notices too, only the originator's frame can deliver: the ledger does not hold the
  // notices.
  if (records.length === 0 || sharesLeft(records.map(({ parts }) => parts)).length > 0) return true;
  const actions = new Map(
    acts.flatMap(({ action, bytes }): readonly (readonly [string, DeliveredAction])[] => {
      const delivered = createHandOutAction(frames.action.decode(bytes))(recipient);
      return delivered === undefined ? [] : [[action, delivered]];
    }),
  );
  const address = { recipient, originator, frame };
  const content = { ...address, records, notices: new Map(), actions, requests: new Map() };
  const bytes = await packDelivery(hub, hub.snapshot().now, content);
  if (bytes === undefined) return true;
  const place = await publishDelivery(hub, address, bytes);
  if (place === undefined) return false;
  await hub.store.commit(() => hub.store.deliveries.note(address, place));
  return true;
}
