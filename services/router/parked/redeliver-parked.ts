import type { Delivery } from '../../shared/bus/delivery.js';
import { type Code, errorFrom, fail, LiaisonError } from '../../shared/kernel/errors.js';
import { type OrgId, noticeIdOf } from '../../shared/kernel/ids.js';
import { type DeliveredNotice, openDelivery } from '../../shared/ledger/delivery/open-delivery.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { openHashed, type Opening } from '../../shared/trust/open-notice.js';
import { frames } from '../../shared/wire/frames.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import { type DeliveryAddress, packDelivery, publishDelivery } from '../frames/deliver-or-park.js';
import { handOverExtensions } from '../frames/extensions-first.js';
import { lackedActs } from '../actions/may-leave.js';
import { extendedEnd } from '../actions/registers-of.js';
import type { Hub } from '../hub.js';
import { handedInCopy } from './handed-in-copy.js';
import { type NarrowedCopy, narrowParked, type Parked, type ParkedItem } from './narrow-parked.js';

/** How long a parked copy waits while the recipient's IN takes nothing, in milliseconds. */
export const FULL_INBOX_PAUSE_MS = 2_000;
/** How often a failure that should be final is retried before the copy is dropped. */
const MAX_ATTEMPTS = 5;

/**
 * Delivers one parked copy: decides it again, records and reports what became narrower, then publishes it into IN. While IN
 * does not take it, the copy stays in PARKED. A copy that no router made, or that keeps failing, is dropped with an alarm:
 * the originator's outbox still has the notice. Throws temporary failures.
 */
export async function redeliverParked(hub: Hub, recipient: OrgId, delivery: Delivery): Promise<void> {
  const parked = await openParked(hub, recipient, delivery);
  if (!('items' in parked)) return drop(hub, recipient, { delivery, code: parked.code });
  try {
    const narrowed = await narrowParked(hub, parked);
    const { left, handed } = narrowed;
    if (left.length + handed.actions.size + handed.requests.size === 0)
      return await drop(hub, recipient, { delivery });
    const extended = await handOverExtensions(hub, parked.snapshot, leavingIn(parked, narrowed));
    // Only the originator can deliver the extension: it offers both frames again, that with the extension first.
    if (extended === 'held-up') return await drop(hub, recipient, { delivery });
    if (extended === 'handed-over' && (await redeliver(hub, parked, narrowed))) await delivery.settle();
    else delivery.nak(FULL_INBOX_PAUSE_MS);
  } catch (thrown) {
    const { code, family } = errorFrom(thrown);
    if (family === 'operational' || delivery.attempt < MAX_ATTEMPTS) throw thrown;
    await drop(hub, recipient, { delivery, code });
  }
}

/** The notices of a copy that are delivered, with the frame that brings them. */
function leavingIn(
  { frame, originator, recipient }: Parked,
  { notices, left }: NarrowedCopy,
): Parameters<typeof handOverExtensions>[2] {
  const leaving = left.flatMap(({ decision: { jti } }) => {
    const notice = notices.get(jti);
    return notice ? [{ originator, recipient, jti, exp: notice.exp }] : [];
  });
  return { notices: leaving, frame };
}

/**
 * Settles a copy without delivering it, with an alarm when `code` says why. Resets its delivery status:
 * otherwise the originator's outbox would wait for a parked copy that is gone.
 */
async function drop(
  { store, events }: Hub,
  recipient: OrgId,
  { delivery, code }: { readonly delivery: Delivery; readonly code?: Code },
): Promise<void> {
  if (code !== undefined) events.alarm('parked-copy-dropped', code, { recipient });
  const about = parseSubject(delivery.subject);
  if (about?.type === 'parked' && about.recipient === recipient) {
    const { originator, frame } = about;
    const pair = { originator, frame, recipient };
    await store.commit(() => {
      if (store.deliveries.statusOf(pair) === 'parked') store.deliveries.set(pair, 'recorded');
    });
  }
  await delivery.settle();
}

/** Publishes what is left into IN; false when IN did not take it. */
async function redeliver(hub: Hub, parked: Parked, copy: NarrowedCopy): Promise<boolean> {
  const { recipient, originator, frame, snapshot } = parked;
  const { records, notices, left } = copy;
  const bytes = copy.isSame
    ? parked.bytes
    : await packDelivery(hub, snapshot.now, {
        recipient,
        originator,
        frame,
        records,
        notices,
        ...copy.handed,
      });
  // The copy lacks a notice that its records leave to the recipient; the originator's outbox has that notice.
  if (bytes === undefined)
    throw fail('record-foreign', 'a parked copy lacks a notice that its records leave');
  const place = await publishDelivery(hub, parked, { bytes });
  if (place === undefined) return false;
  const lacks = lackedActs(hub, parked, copy.handed.actions);
  await hub.store.commit(() => hub.store.deliveries.note(parked, place, lacks));
  for (const { kind, decision } of left) emitDelivered(hub, parked, { kind, decision });
  return true;
}

function emitDelivered(
  { events }: Hub,
  { recipient, originator, frame }: DeliveryAddress,
  { kind, decision }: NarrowedCopy['left'][number],
): void {
  const { jti, outcome, sections, rules } = decision;
  const about = { originator, recipient, frame, kind, jti };
  events.emit(outcome, { ...about, outcome, sections, rules: rules.map(({ id }) => id) });
}

async function openParked(
  hub: Hub,
  recipient: OrgId,
  { subject, bytes, attempt }: Delivery,
): Promise<Parked | { readonly code: Code }> {
  const snapshot = hub.snapshot();
  try {
    const about = parseSubject(subject);
    if (about?.type !== 'parked' || about.recipient !== recipient) throw foreign();
    const { originator, frame } = about;
    const position = hub.store.ledger.lastSeq(originator);
    const decoded = frames.delivery.decode(bytes);
    const { directory, now } = snapshot;
    const opened = await openDelivery(decoded, { directory, recipient, now });
    const { statement, records, notices, actions, requests } = opened;
    if (statement.originator !== originator || statement.frame !== frame) throw foreign();
    const by = { directory, originator, now };
    const items = await Promise.all(notices.map((one) => openItem(hub, one, by)));
    const handed = handedInCopy(hub, { originator, recipient, snapshot }, opened);
    const handedCount = actions.length + requests.length;
    const copy = { recipient, originator, frame, bytes, snapshot, position, records };
    return { ...copy, items, handed, handedCount };
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (mayPass(error, 'parked-copy', attempt)) throw error;
    return { code: error.code };
  }
}

const foreign = () => fail('record-foreign', 'a parked copy that no router made');

async function openItem(
  { store }: Hub,
  { share, hashed }: DeliveredNotice,
  by: Opening,
): Promise<ParkedItem> {
  try {
    const lifeEnd = extendedEnd(store, by.originator, noticeIdOf(share.jti));
    const notice = await openHashed(hashed, { ...by, ...(lifeEnd === undefined ? {} : { lifeEnd }) });
    return { share, notice };
  } catch (thrown) {
    const code = thrown instanceof LiaisonError ? thrown.code : undefined;
    if (code === 'expired') return { share, notice: 'ended' };
    if (code === 'key-revoked') return { share, notice: 'key-revoked' };
    throw thrown;
  }
}
