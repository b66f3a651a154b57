import { type Code, errorFrom, fail } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { type ReceiptPart, verifyReceipt } from '../../shared/ledger/receipt.js';
import type { FramedNotice } from '../../shared/store/gateway/gateway-frames.js';
import type { ReceivedReceipt } from '../../shared/store/gateway/gateway-settle.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { frames, type SignedSet } from '../../shared/wire/frames.js';
import type { Identity } from '../identity.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { packSet } from '../signed-parts.js';

interface ReceiptsDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly onSettled: () => void;
  /** A receipt of this type for an own notice arrived, perhaps not for the first time. */
  readonly onReceipt: (type: string) => void;
  /** This recipient answered this own frame. */
  readonly onAnswered: (recipient: OrgId, frame: number) => void;
  /** One receipt of the frame was dropped; the others are stored. */
  readonly onDropped: (code: Code, frame: FrameId) => Promise<void>;
}

interface Opened {
  readonly delivery: FrameId;
  /** The number of that own frame. */
  readonly frame: number;
  readonly set: Uint8Array;
  readonly receipts: readonly ReceivedReceipt[];
}

interface Arrival {
  readonly recipient: OrgId;
  readonly frame: FrameId;
}

/**
 * Creates the receiver of `in.receipt.<recipient>.<frame>`: receipts as the recipient signed them, each over
 * one delivery of an own frame. A broken receipt is dropped alone. Resolves with the ids of the own frames
 * that the valid ones are about. Throws what makes the whole frame invalid, and temporary errors (`mayPass`).
 */
export function createReceiveReceipts(deps: ReceiptsDeps) {
  const { identity, store, onSettled, onReceipt, onAnswered, onDropped } = deps;
  return async ({ recipient, frame }: Arrival, bytes: Uint8Array): Promise<readonly FrameId[]> => {
    const { receipts } = frames.receiptForward.decode(bytes);
    const opening = receipts.map((set) => open({ identity, store }, recipient, set));
    const opened: Opened[] = [];
    for (const result of await Promise.allSettled(opening)) {
      if (result.status === 'fulfilled') opened.push(result.value);
      else {
        const error = errorFrom(result.reason);
        if (mayPass(error, 'gateway-frame')) throw error;
        await onDropped(error.code, frame);
      }
    }
    await store.commit(() => {
      for (const { set, receipts: leaves } of opened) store.settlement.received(set, leaves);
    });
    for (const { frame: number, receipts: leaves } of opened) {
      onAnswered(recipient, number);
      for (const { type } of leaves) onReceipt(type);
    }
    onSettled();
    return opened.map(({ delivery }) => delivery);
  };
}

async function open(
  { identity, store }: Pick<ReceiptsDeps, 'identity' | 'store'>,
  recipient: OrgId,
  set: SignedSet,
): Promise<Opened> {
  const reading = { directory: identity.directory.current(), recipient, now: identity.clock() };
  const { originator, delivery, parts, key, issuedAt } = await verifyReceipt(set, reading);
  if (originator !== identity.org) throw fail('record-foreign', 'a receipt for another originator');
  const frame = store.frames.byId(delivery);
  if (frame === undefined) throw fail('record-foreign', 'a receipt for an unknown frame');
  const common = { org: recipient, at: issuedAt.getTime(), kid: key.kid };
  const receipts = parts.map((part, leaf) => ({
    ...common,
    leaf,
    own: ownOf(part, frame.notices),
    type: part.type,
    code: part.code ?? null,
  }));
  return { delivery, frame: frame.number, set: packSet(set), receipts };
}

/** The own notice that a part is about; throws `digest-mismatch` for another one. */
function ownOf({ jti, digest }: ReceiptPart, notices: readonly FramedNotice[]): number {
  const notice = notices.find(({ id, revision }) => `${id}.${revision}` === jti);
  if (notice !== undefined && notice.digest === digest) return notice.seq;
  throw fail('digest-mismatch', 'a receipt is about a different notice from the one that was sent');
}
