import { type Code, errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { type Recordings, verifyRecordings } from '../../shared/ledger/recording.js';
import { type ReceiptPart, verifyReceipt } from '../../shared/ledger/receipt.js';
import type { FramedNotice } from '../../shared/store/gateway/gateway-frames.js';
import type { ReceivedReceipt } from '../../shared/store/gateway/gateway-settle.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { frames, type SignedSet } from '../../shared/wire/frames.js';
import type { Identity } from '../identity.js';
import { digest } from '../../shared/trust/digest.js';
import type { ClockWatch } from '../clock-watch.js';
import { packSet } from '../signed-parts.js';

interface ReceiptsDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly clockWatch: Pick<ClockWatch, 'mayPass'>;
  readonly onSettled: () => void;
  /** A receipt of this type for an own notice arrived, perhaps not for the first time. */
  readonly onReceipt: (type: string) => void;
  /** This recipient answered this own frame. */
  readonly onAnswered: (recipient: OrgId, frame: number) => void;
  /**
   * Called when a receipt's key was revoked and no statement shows that the receipt was recorded before; the receipt is
   * dropped.
   */
  readonly onUnproved: (error: LiaisonError) => void;
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
  const { identity, store, clockWatch, onSettled, onReceipt, onAnswered, onDropped, onUnproved } = deps;
  return async ({ recipient, frame }: Arrival, bytes: Uint8Array): Promise<readonly FrameId[]> => {
    const { receipts, recorded = '' } = frames.receiptForward.decode(bytes);
    const recordings = await openRecordings(identity, recorded);
    const opening = receipts.map((set) => open({ identity, store }, { recipient, recordings }, set));
    const opened: Opened[] = [];
    for (const [index, result] of (await Promise.allSettled(opening)).entries()) {
      if (result.status === 'fulfilled') opened.push(result.value);
      else {
        const error = errorFrom(result.reason);
        if (clockWatch.mayPass(error)) throw error;
        const isStated = recordings.has(digest(receipts[index]?.statement ?? ''));
        // The hub forwards only what it recorded: when the frame is offered again, it states when.
        if (error.code === 'key-revoked' && !isStated) onUnproved(error);
        else await onDropped(error.code, frame);
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

const NONE: Recordings = new Map();

/** Verifies the router's statement about when receipts were recorded; empty if the frame has none. */
async function openRecordings({ org, directory, clock }: Identity, token: string): Promise<Recordings> {
  if (token === '') return NONE;
  return verifyRecordings(token, { directory: directory.current(), originator: org, now: clock() });
}

interface OpeningFrom {
  readonly recipient: OrgId;
  readonly recordings: Recordings;
}

/** Accepts a receipt that the ledger recorded before its key was revoked (docs/architecture.md#clock-skew). */
async function open(
  { identity, store }: Pick<ReceiptsDeps, 'identity' | 'store'>,
  { recipient, recordings }: OpeningFrom,
  set: SignedSet,
): Promise<Opened> {
  const recorded = recordings.get(digest(set.statement));
  const by = { directory: identity.directory.current(), recipient, now: identity.clock() };
  const reading = recorded === undefined ? by : { ...by, recorded };
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
function ownOf(part: ReceiptPart, notices: readonly FramedNotice[]): number {
  const notice = notices.find(({ id, number }) => `${id}.${number}` === part.jti);
  if (notice !== undefined && notice.digest === part.digest) return notice.seq;
  throw fail('digest-mismatch', 'a receipt is about a different notice from the one that was sent');
}
