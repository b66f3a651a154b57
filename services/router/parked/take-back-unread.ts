import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bus } from '../../shared/bus/connect.js';
import { consumerState } from '../../shared/bus/consumer-state.js';
import { eraseMessage } from '../../shared/bus/direct-get.js';
import { sources } from '../../shared/bus/streams.js';
import { type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import { epochFact } from '../account-streams.js';
import { answeredOn, framesOf } from '../frames/answered.js';
import { narrowTo } from '../frames/decide-now.js';
import type { DeliveryAddress } from '../frames/deliver-or-park.js';
import type { Hub } from '../hub.js';
import { noticePartOf, recordedIn } from '../ledger/projection.js';
import { retryOnConflict } from '../retry-on-conflict.js';
import { type NarrowedNotice, recordNarrowing } from './record-narrowing.js';

/** Deliveries that are taken back in one call; the next call takes the rest. */
const MAX_TAKEN = 4_096;
/** Deliveries that are read at once. */
const PAGE = 256;
/** Messages that are erased at the same time. */
const ERASED_AT_ONCE = 64;

/** A delivery in the IN of its recipient, by its sequence there. */
interface PlacedAddress extends DeliveryAddress {
  readonly placed: number;
}

/** Takes back what lies unread in the IN of a suspended member. */
export type TakeBackUnread = (bus: Bus, recipient: OrgId) => Promise<void>;

/**
 * Creates what erases the deliveries of notices, and of actions that do not end sharing, that this router stored in the IN of a suspended
 * member and that the member has not acknowledged, the newest first. It then records and reports that nothing is left to it of those that
 * its gateway never pulled. What it pulled it may hold: without a receipt, the originator's outbox offers it again. What lies in IN
 * is not read again while it is the same and nothing of it is to be erased. Throws as `consumerState`, `eraseMessage` and
 * `recordNarrowing` do.
 */
export function createTakeBackUnread(hub: Hub): TakeBackUnread {
  const leftIn = new Map<OrgId, string>();
  return async (bus, recipient) => {
    const { epoch, acknowledged } = await consumerState(bus, sources.in);
    // In another life of the stream, the sequences are those of other messages.
    if (hub.store.fact(epochFact({ org: recipient, stream: 'IN' })) !== epoch) return;
    const unread = hub.store.deliveries.unread(recipient, acknowledged);
    const found = `${epoch} ${unread.count} ${unread.newest}`;
    if (leftIn.get(recipient) === found) return;
    const taken = await takenFrom(hub, recipient, acknowledged);
    if (taken.length === 0) leftIn.set(recipient, found);
    else await takeBack(hub, bus, taken);
  };
}

async function takeBack(hub: Hub, bus: Bus, taken: readonly PlacedAddress[]): Promise<void> {
  for (let at = 0; at < taken.length; at += ERASED_AT_ONCE)
    await Promise.all(
      taken.slice(at, at + ERASED_AT_ONCE).map(({ placed: seq }) => eraseMessage(bus, { stream: 'IN', seq })),
    );
  // Read after the erasure, because the gateway may have pulled meanwhile.
  const { delivered } = await consumerState(bus, sources.in);
  const gone = taken.filter(({ placed }) => placed > delivered);
  await hub.store.commit(() => {
    for (const address of gone) hub.store.deliveries.takeBack(address);
  });
  for (const address of gone) await retryOnConflict(() => narrowToNothing(hub, address));
}

/** Reads what is to be taken back, page by page; the event loop gets a turn after each page. */
async function takenFrom(hub: Hub, recipient: OrgId, after: number): Promise<readonly PlacedAddress[]> {
  const { store } = hub;
  const taken: PlacedAddress[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; taken.length < MAX_TAKEN; await nextTurn()) {
    const page = store.deliveries.placedBetween(recipient, { after, before, limit: PAGE });
    taken.push(...store.read(() => page.flatMap((one) => toTake(hub, recipient, one))));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    before = last.placed;
  }
  return taken;
}

/** Returns the address of a delivery that has a notice, or an action that does not end sharing. */
function toTake(
  { store }: Hub,
  recipient: OrgId,
  { placed, ...one }: { readonly originator: string; readonly frame: string; readonly placed: number },
): readonly PlacedAddress[] {
  const [originator, frame] = [parseOrgId(one.originator), parseFrameId(one.frame)];
  const address = { originator, frame, recipient, placed };
  const isShared = store.shares.leftTo(address).now.length > 0;
  const lacked = store.deliveries.lackedBy(address);
  const isHanded = store.actions
    .openActsIn(originator, frame)
    .some((act) => act.recipient === recipient && !lacked.includes(act.action));
  return isShared || isHanded ? [address] : [];
}

/** Records that nothing is left to the recipient of the notices of a delivery, except of those that it has answered. */
async function narrowToNothing(hub: Hub, address: DeliveryAddress): Promise<void> {
  const { store } = hub;
  const { originator: org, frame: id, recipient } = address;
  const [snapshot, position] = [hub.snapshot(), store.ledger.lastSeq(org)];
  const shared = store.shares.leftTo(address).now;
  const ids = framesOf(
    store,
    { org, id },
    shared.map(({ jti }) => jti),
  );
  const answered = answeredOn(store, { org, ids });
  const narrower = shared.flatMap(({ jti, digest }): NarrowedNotice[] => {
    const known = store.notices.byJti(org, jti);
    if (known?.digest !== digest || answered(known).has(recipient)) return [];
    const recorded = recordedIn(known).decisions.find(({ to }) => to === recipient);
    return recorded === undefined ? [] : [{ part: noticePartOf(known), decision: narrowTo(recorded, []) }];
  });
  if (narrower.length > 0)
    await recordNarrowing(hub, { ...address, snapshot, position }, { narrower, unacts: [] });
}
