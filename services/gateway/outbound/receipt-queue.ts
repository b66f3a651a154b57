import { publishOnce } from '../../shared/bus/publish.js';
import type { KeptDelivery } from '../../shared/store/gateway/gateway-inbox.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { frameId } from '../../shared/trust/digest.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Bell } from '../bell.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import { pause } from '../../shared/kernel/pause.js';
import { MAX_FRAME_BYTES, MAX_RECEIPTS } from '../../shared/wire/frame-limits.js';
import { unpackSet } from '../signed-parts.js';

interface ReceiptQueueDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly bell: Bell;
}

/** Bytes that a frame has besides its receipts, at most. */
const FRAME_OVERHEAD_BYTES = 12 * 1024;
const STREAM_FULL_PAUSE_MS = 500;
/** The shortest time between a frame and the next, in which receipts gather; a full frame is sent at once. */
const GATHER_MS = 1_000;

/**
 * Creates the step that sends the waiting receipts as one frame, each with the router's delivery statement as evidence. A
 * receipt that is sent again after a crash has the same bytes; its originator stores it once.
 */
export function createReceiptQueue({ identity, store, link, bell }: ReceiptQueueDeps) {
  let sentAt = -GATHER_MS;
  return async (signal: AbortSignal): Promise<void> => {
    const unsent = store.inbox.unsent(MAX_RECEIPTS);
    const waiting = fitting(unsent);
    if (waiting.length === 0) return bell.wait(signal);
    const isFull = waiting.length < unsent.length || unsent.length === MAX_RECEIPTS;
    const waitMs = isFull ? 0 : sentAt + GATHER_MS - performance.now();
    if (waitMs > 0) return pause(waitMs, signal);
    const bytes = frames.receipt.encode({
      receipts: waiting.map((kept) => ({
        statement: unpackSet(kept.receipt),
        delivery: unpackSet(kept.bytes),
      })),
    });
    const subject = subjects.out('receipt', frameId('receipt', identity.org, bytes));
    const answer = await publishOnce(await link.bus(signal), { subject, bytes, signal });
    if (answer === 'full') return pause(STREAM_FULL_PAUSE_MS, signal);
    sentAt = performance.now();
    return store.commit(() => store.inbox.sent(waiting.map(({ seq }) => seq)));
  };
}

/** The receipts from the front that fit into one frame, at least one. */
function fitting(waiting: readonly KeptDelivery[]): readonly KeptDelivery[] {
  let bytes = 0;
  const end = waiting.findIndex((kept, index) => {
    bytes += kept.receipt.length + kept.bytes.length;
    return index > 0 && bytes > MAX_FRAME_BYTES - FRAME_OVERHEAD_BYTES;
  });
  return end === -1 ? waiting : waiting.slice(0, end);
}
