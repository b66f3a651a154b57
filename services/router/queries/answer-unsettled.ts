import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import type { PlacedDelivery } from '../../shared/store/router/router-deliveries.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { Hub } from '../hub.js';
import type { PairStatus } from './answer-status.js';

/** The delivery status of one frame. */
interface FrameStatus {
  /** False if the ledger does not have the frame, which is then to be offered again. */
  readonly recorded: boolean;
  /** The status for each recipient; absent for a delivery that this router has not noted. */
  readonly recipients: Readonly<Record<string, PairStatus>>;
  /**
   * Recipients whose delivery is in neither IN nor PARKED, and those that have left. The frame is to be offered again if their
   * receipt is missing.
   */
  readonly offer: readonly string[];
}

/** Maximum frames in one question. */
const MAX_FRAMES = 256;
/**
 * Maximum recipients in one answer, so that a gateway's limits of a token hold for it (262,144 bytes and 5,000 values). One
 * frame of a federation of 512 always fits.
 */
const MAX_RECIPIENTS = 2_500;
/** Maximum frames in one answer that are to be offered again because of a lost delivery. */
const MAX_OFFERS = 64;
/** How long this or another router may take from recording a frame to noting its delivery, in milliseconds. */
const DELIVER_MS = 30_000;

type Asked = Pick<Hub, 'store' | 'inboxState' | 'hasParked' | 'hasLeft' | 'deferring' | 'clock'>;

/**
 * Answers which of its own frames an originator should offer again, in the order of `frames`. Leaves out the last ones if
 * the answer would become too long. Offering again does not help a delivery that waits for its recipient in IN or PARKED.
 * Throws `id-invalid`, `schema-invalid`.
 */
export function answerUnsettled(
  { frames }: Claims,
  { org, hub }: { readonly org: OrgId; readonly hub: Asked },
): { readonly type: 'unsettled'; readonly frames: readonly FrameStatus[] } {
  if (!Array.isArray(frames) || frames.length > MAX_FRAMES)
    throw fail('schema-invalid', `\`frames\` has at most ${MAX_FRAMES} entries`);
  const statusOf = createStatusOf(org, hub);
  const statuses: FrameStatus[] = [];
  let room = MAX_RECIPIENTS;
  for (const frame of frames) {
    const status = statusOf(parseFrameId(frame));
    room -= Object.keys(status.recipients).length + status.offer.length;
    if (room < 0 && statuses.length > 0) break;
    statuses.push(status);
  }
  return { type: 'unsettled', frames: statuses };
}

/** Returns a function that gives the status of one frame; it counts the frames of the answer that are to be offered again. */
function createStatusOf(org: OrgId, hub: Asked): (frame: string) => FrameStatus {
  const isLost = createIsLost(hub);
  // Counted apart: the originator offers only those of the second kind whose record it has not got.
  let [offers, untoldOnes] = [0, 0];
  return (frame) => {
    const { deliveries, ledger } = hub.store;
    const recordedAt = ledger.reportedAt(org, frame);
    if (recordedAt === undefined) return { recorded: false, recipients: {}, offer: [] };
    const answered = new Set(deliveries.answeredBy(org, frame));
    const isOld = hub.clock().getTime() - recordedAt > DELIVER_MS;
    const missing = deliveries
      .of(org, frame)
      .filter(({ recipient }) => !answered.has(recipient))
      .map((one) => ({ ...one, originator: org, frame }));
    const lost = offers < MAX_OFFERS ? missing.filter((one) => isLost(one, isOld)) : [];
    offers += lost.length > 0 ? 1 : 0;
    const untold = untoldOnes < MAX_OFFERS ? missing.filter((one) => isUntold(hub, one)) : [];
    untoldOnes += untold.length > 0 ? 1 : 0;
    const noted = missing.flatMap(({ recipient, status }): [string, PairStatus][] =>
      status === 'recorded' ? [] : [[recipient, status]],
    );
    const receipted = [...answered].map((recipient): [string, PairStatus] => [recipient, 'receipted']);
    return {
      recorded: true,
      recipients: Object.fromEntries([...noted, ...receipted]),
      offer: [...lost, ...untold].map(({ recipient }) => recipient),
    };
  };
}

type Delivery = PlacedDelivery & {
  readonly originator: OrgId;
  readonly frame: string;
  readonly recipient: string;
};

/**
 * Judges whether a delivery without a receipt is missing from both streams of its recipient. If that is unknown, or the
 * streams were full, selects one delivery of each recipient as a probe: offering its frame shows the state. For a member that has
 * left, only notices count as missing: when their frame is offered again, the router records that the member does not get them.
 */
function createIsLost({ store, inboxState, hasParked, hasLeft, deferring }: Asked) {
  const probed = new Set<OrgId>();
  const isProbe = (recipient: OrgId): boolean => probed.size < probed.add(recipient).size;
  return (delivery: Delivery, isOld: boolean): boolean => {
    const { status, placed } = delivery;
    const to = parseOrgId(delivery.recipient);
    if (hasLeft(to)) return store.shares.leftTo(delivery).now.length > 0;
    switch (status) {
      case 'recorded':
        return isOld || placed === 0;
      case 'deferred':
        return !deferring.has(to) || isProbe(to);
      case 'parked':
        return !hasParked(to) && isOld;
      case 'delivered': {
        const inbox = inboxState(to);
        if (inbox === undefined) return isProbe(to);
        const isRead = placed !== null && placed <= inbox.floor;
        return isRead ? placed <= inbox.floorBefore : inbox.waiting === 0 && isOld;
      }
    }
  };
}

/**
 * True if the records leave nothing of the notices of a frame to a member that has left: an originator that still waits for that
 * member has not got the narrowing. False if the member also owes an answer to an action of the frame, which the originator would
 * offer for ever.
 */
function isUntold({ store, hasLeft }: Asked, delivery: Delivery): boolean {
  const { originator, frame, recipient } = delivery;
  if (!hasLeft(parseOrgId(recipient))) return false;
  const { routed, now } = store.shares.leftTo(delivery);
  if (routed.length === 0 || now.length > 0) return false;
  return !store.actions.unansweredIn(originator, frame).includes(recipient);
}
