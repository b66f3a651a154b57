import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Sealed, Verified } from '../../shared/trust/open-notice.js';
import type { RecordedAction } from '../../shared/ledger/action.js';
import { createHandOutAction, type HandOutAction } from '../../shared/ledger/action-delivery.js';
import type { DeliveredAction } from '../../shared/wire/frames.js';
import { lackedActs, mayLeave } from '../actions/may-leave.js';
import {
  type DeliveryContent,
  type DeliveryOutcome,
  type DeliveryPlace,
  deliverOrPark,
  packDelivery,
  shownTo,
} from './deliver-or-park.js';
import type { Hub } from '../hub.js';
import type { LeavingNotice } from '../actions/missing-extension.js';
import { handOverExtensions } from './extensions-first.js';
import { leavingActs } from './hand-over-acts.js';
import { unansweredRecipients } from './unanswered-recipients.js';
import type { RecordedFrame } from './record.js';

/** What became of the delivery to each recipient of a frame. */
export type DeliveryOutcomes = ReadonlyMap<OrgId, DeliveryOutcome>;

/** A recorded frame whose deliveries were published. */
export interface DeliveredFrame extends Omit<RecordedFrame, 'type'> {
  readonly type: 'delivered';
  readonly outcomes: DeliveryOutcomes;
}

/**
 * Redacts for each recipient what the records leave to it, signs a delivery statement and publishes
 * `in.delivery.<originator>.<frame>`. Recipients are served in parallel: a full or unavailable IN does not
 * delay the others.
 */
export async function deliverFrame(hub: Hub, recorded: RecordedFrame): Promise<DeliveredFrame> {
  const { frame } = recorded;
  const items = itemsOf(recorded);
  const outcomes = await Promise.all(
    unansweredRecipients(recorded).map(async (recipient) => {
      return [recipient, await deliverTo(hub, { recorded, items }, recipient)] as const;
    }),
  );
  notePlaces(hub, frame, outcomes);
  return {
    ...recorded,
    type: 'delivered',
    outcomes: new Map(outcomes.map(([recipient, { status }]) => [recipient, status])),
  };
}

/** `lacks`: digests of the actions of the frame that the copy lacks. */
interface NotedPlace extends DeliveryPlace {
  readonly lacks: readonly string[];
}

/** Not awaited: the stored status only serves status queries; if it is lost, the frame is offered again. */
function notePlaces(
  { store, events, deferring }: Hub,
  { org, id }: RecordedFrame['frame'],
  places: readonly (readonly [OrgId, NotedPlace])[],
): void {
  for (const [recipient, { status }] of places) {
    if (status === 'deferred') deferring.add(recipient);
    else deferring.delete(recipient);
  }
  const note = (): void => {
    for (const [recipient, { lacks, ...place }] of places) {
      store.deliveries.note({ originator: org, frame: id, recipient }, place, lacks);
    }
  };
  store
    .commit(note)
    .catch((thrown: unknown) =>
      events.alarm('delivery-not-noted', errorFrom(thrown).code, { originator: org }),
    );
}

/** The items of a frame, ready to be handed to each recipient. */
interface FrameItems extends Pick<DeliveryContent, 'notices' | 'requests'> {
  readonly actions: readonly { readonly action: RecordedAction; readonly handOut: HandOutAction }[];
}

function itemsOf({ notices, actions, requests }: RecordedFrame): FrameItems {
  const opened = notices.flatMap(({ notice }) => (notice ? [[notice.jti, notice] as const] : []));
  return {
    notices: new Map<string, Verified<Sealed>>(opened),
    actions: actions.map(({ action, wire }) => ({ action, handOut: createHandOutAction(wire) })),
    requests: new Map(requests.map(({ request, text }) => [request.digest, text])),
  };
}

interface Delivering {
  readonly recorded: RecordedFrame;
  readonly items: FrameItems;
}

/**
 * Delivers what the records leave to one recipient; defers it while a record or a notice cannot be read, while an extension that
 * must come before its notice is not in the recipient's IN, and for a member that has left.
 */
async function deliverTo(
  hub: Hub,
  { recorded: { frame, snapshot, notices, isNew, provers, traceparent }, items }: Delivering,
  recipient: OrgId,
): Promise<NotedPlace> {
  if (provers === undefined || hub.hasLeft(recipient)) return DEFERRED;
  const address = { recipient, originator: frame.org, frame: frame.id };
  // A recorded frame is not decided anew: the suspension that its record hands over with a revision is read from the ledger.
  const recordedActs = isNew ? [] : leavingActs(hub, snapshot, address);
  const handed = items.actions.flatMap(({ action, handOut }): [string, DeliveredAction][] => {
    const delivered = mayLeave(hub, snapshot, { action, recipient }) ? handOut(recipient) : undefined;
    return delivered === undefined ? [] : [[action.digest, delivered]];
  });
  const content = {
    ...address,
    ...items,
    records: shownTo(recipient, provers),
    actions: new Map([...recordedActs, ...handed]),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  const leaving = leavingTo(recipient, { frame, notices });
  if ((await handOverExtensions(hub, snapshot, { notices: leaving, frame: frame.id })) !== 'handed-over')
    return DEFERRED;
  const bytes = await packDelivery(hub, snapshot.now, content);
  if (bytes === undefined) return DEFERRED;
  const lacks = items.actions.length === 0 ? [] : lackedActs(hub, address, content.actions);
  return { ...(await deliverOrPark(hub, address, bytes)), lacks };
}

/** The notices of a frame that its records leave to a recipient. */
function leavingTo(
  recipient: OrgId,
  { frame: { org: originator }, notices }: Pick<RecordedFrame, 'frame' | 'notices'>,
): readonly LeavingNotice[] {
  return notices.flatMap(({ notice, decisions }) => {
    const isLeft = decisions.some(({ to, outcome }) => to === recipient && outcome !== 'denied');
    return notice && isLeft ? [{ originator, recipient, jti: notice.jti, exp: notice.exp }] : [];
  });
}

const DEFERRED: NotedPlace = { status: 'deferred', placed: null, lacks: [] };
