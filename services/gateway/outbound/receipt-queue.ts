import { publishOnce } from '../../shared/bus/publish.js';
import type { FrameId } from '../../shared/kernel/ids.js';
import { pause } from '../../shared/kernel/pause.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { frameId } from '../../shared/trust/digest.js';
import { MAX_RECEIPTS } from '../../shared/wire/frame-limits.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Bell } from '../bell.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import { makeReceiptFrame, waitingReceipts } from './receipt-frame.js';

interface ReceiptQueueDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly bell: Bell;
  /** The minimum time between two changes to one originator, in milliseconds; an hour by default. */
  readonly changeMs?: number | undefined;
}

/** An hour: so rare a change shows the hub little of how many words there are, and when each was said. */
const CHANGE_MS = 3_600_000;

const STREAM_FULL_PAUSE_MS = 500;
/** Minimum time between two frames, in which receipts gather; a full frame is sent at once. */
const GATHER_MS = 1_000;
/** How often to look for originators that are due for a change, in milliseconds. */
const LOOK_MS = 60_000;

/**
 * Creates the step that sends the waiting receipts and changes as one frame, each receipt with the router's delivery statement
 * as evidence. A frame is signed and stored before it is sent: after a crash or a full stream it is sent again with the same
 * bytes, under the same id.
 */
export function createReceiptQueue({ identity, store, link, bell, changeMs = CHANGE_MS }: ReceiptQueueDeps) {
  let sentAt = -GATHER_MS;
  const send = async (signal: AbortSignal): Promise<void> => {
    const frame = store.receiptFrames.pending();
    if (frame === undefined) return;
    const { number, bytes } = frame;
    const id: FrameId = frameId('receipt', identity.org, bytes);
    const message = { subject: subjects.out('receipt', id), bytes, signal };
    const answer = await publishOnce(await link.bus(signal), message);
    if (answer === 'full') return pause(STREAM_FULL_PAUSE_MS, signal);
    sentAt = performance.now();
    await store.commit(() => store.receiptFrames.sent(number));
  };
  return async (signal: AbortSignal): Promise<void> => {
    if (store.receiptFrames.pending()) return send(signal);
    const waiting = waitingReceipts(store, { now: identity.clock().getTime(), changeMs });
    if (waiting.deliveries.length === 0 && waiting.originators.length === 0) {
      return bell.wait(signal, Math.min(LOOK_MS, changeMs));
    }
    const isFull = waiting.isCut || waiting.deliveries.length === MAX_RECEIPTS;
    const waitMs = isFull ? 0 : sentAt + GATHER_MS - performance.now();
    if (waitMs > 0) return pause(waitMs, signal);
    await makeReceiptFrame({ identity, store }, waiting);
    return send(signal);
  };
}
