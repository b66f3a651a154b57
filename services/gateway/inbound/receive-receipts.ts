import { type Code, errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { type Recordings, verifyRecordings } from '../../shared/ledger/receipt/recording.js';
import type { ItemWord } from '../../shared/store/gateway/gateway-item-words.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { MAX_RECEIPTS } from '../../shared/wire/frame-limits.js';
import { frames, type ReceiptForward } from '../../shared/wire/frames.js';
import type { ClockWatch } from '../clock-watch.js';
import type { Identity } from '../identity.js';
import { dropAnswered } from '../evidence/drop-answered.js';
import { openChange } from './open-change.js';
import { openReceipt } from './open-receipt.js';
import type { Blame, OpenedAnswer } from './opened-answer.js';

interface ReceiptsDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly clockWatch: Pick<ClockWatch, 'mayPass'>;
  readonly onSettled: () => void;
  /** A receipt or a later word of this type for an own notice arrived, perhaps not for the first time. */
  readonly onReceipt: (type: string) => void;
  /** This recipient answered this own frame. */
  readonly onAnswered: (recipient: OrgId, frame: number) => void;
  /** A recipient answered for another delivery than the records of this own frame promise. */
  readonly onDisputed: (disputed: {
    readonly recipient: OrgId;
    readonly frame: FrameId;
    readonly blame: Blame;
  }) => void;
  /**
   * Called when a receipt's key was revoked and no statement shows that the receipt was recorded before; the receipt is
   * dropped.
   */
  readonly onUnproved: (error: LiaisonError) => void;
  /** One receipt of the frame was dropped; the others are stored. */
  readonly onDropped: (code: Code, frame: FrameId) => Promise<void>;
}

interface Arrival {
  readonly recipient: OrgId;
  readonly frame: FrameId;
}

/**
 * Creates the receiver of `in.receipt.<recipient>.<frame>`: receipts and changes as the recipient signed them, each receipt
 * over one delivery of an own frame. A receipt counts only with the root that this gateway computes from its report and its
 * own notices; with another root its notices are disputed. A broken one is dropped alone. Resolves with the ids of the own
 * frames that the valid receipts are about. Throws what makes the whole frame invalid, temporary errors (`mayPass`), and
 * `not-ready` once everything else is stored, when a receipt names a record, or answers a recall, that has
 * not arrived.
 */
export function createReceiveReceipts(deps: ReceiptsDeps) {
  const { identity, store, onSettled } = deps;
  return async (arrival: Arrival, bytes: Uint8Array): Promise<readonly FrameId[]> => {
    const forward = readForward(bytes);
    const opened = await openAll(deps, arrival, forward);
    await store.commit(() => {
      for (const one of opened) storeAnswer({ identity, store }, one);
    });
    for (const one of opened) report(deps, arrival.recipient, one);
    onSettled();
    if (opened.some(({ type }) => type === 'lacking')) {
      throw fail('not-ready', 'a receipt waits for a record that has not arrived yet');
    }
    return opened.flatMap((one) => (one.type === 'receipt' || one.type === 'dispute' ? [one.delivery] : []));
  };
}

/** Decodes a frame of receipts. Throws `oversize` for more receipts or changes than a router forwards in one frame. */
function readForward(bytes: Uint8Array): ReceiptForward {
  const forward = frames.receiptForward.decode(bytes);
  const { receipts, changes = [] } = forward;
  if (receipts.length <= MAX_RECEIPTS && changes.length <= MAX_RECEIPTS) return forward;
  throw fail('oversize', 'a frame holds more receipts or changes than a router forwards');
}

async function openAll(
  deps: ReceiptsDeps,
  { recipient, frame }: Arrival,
  { receipts, recorded = '', changes = [] }: ReceiptForward,
): Promise<readonly OpenedAnswer[]> {
  const { identity, clockWatch, onDropped, onUnproved } = deps;
  const recordings = await openRecordings(identity, recorded);
  const from = { recipient, recordings };
  const opening = [
    ...receipts.map((receipt) => openReceipt(deps, from, receipt)),
    ...changes.map((change) => openChange(deps, from, change)),
  ];
  const tokens = [...receipts.map(({ statement }) => statement), ...changes];
  const opened: OpenedAnswer[] = [];
  for (const [index, result] of (await Promise.allSettled(opening)).entries()) {
    if (result.status === 'fulfilled') opened.push(result.value);
    else {
      const error = errorFrom(result.reason);
      if (clockWatch.mayPass(error)) throw error;
      const isStated = recordings.has(digest(tokens[index] ?? ''));
      // The hub forwards only recorded receipts: when the frame is offered again, it states when it recorded
      // them.
      if (error.code === 'key-revoked' && !isStated) onUnproved(error);
      else await onDropped(error.code, frame);
    }
  }
  return opened;
}

function storeAnswer({ identity, store }: Pick<ReceiptsDeps, 'identity' | 'store'>, one: OpenedAnswer): void {
  // What a disputed receipt says about actions is not stored.
  if (one.type !== 'dispute') storeWords({ store }, one.words ?? []);
  switch (one.type) {
    case 'receipt': {
      const { org, at } = one.receipt;
      dropAnswered(store.evidence, { what: 'receipt', frame: one.delivery, org }, at);
      return store.settlement.received(one.receipt);
    }
    case 'dispute':
      store.settlement.disputed(one.dispute);
      return store.evidence.keep(one.evidence);
    case 'change':
      return store.settlement.changed(one.change);
    case 'lacking':
      // The frame is due at once: the hub is asked about it, and offered it again, so that it sends its
      // report again.
      if (one.frame !== undefined) store.frames.rest(one.frame, identity.clock().getTime());
      return undefined;
    case 'actions':
    case 'recall':
    case 'forgotten':
      return undefined;
  }
}

function storeWords({ store }: Pick<ReceiptsDeps, 'store'>, words: readonly ItemWord[]): void {
  store.items.answered(words);
  for (const { digest: action, org, at } of words)
    dropAnswered(store.evidence, { what: 'answer', action, org }, at);
}

function report(deps: ReceiptsDeps, recipient: OrgId, one: OpenedAnswer): void {
  if (one.type === 'receipt') deps.onAnswered(recipient, one.receipt.frame);
  if (one.type === 'actions') deps.onAnswered(recipient, one.frame);
  if (one.type === 'dispute') {
    deps.onAnswered(recipient, one.dispute.frame);
    deps.onDisputed({ recipient, frame: one.delivery, blame: one.blame });
  }
  if (one.type === 'receipt' || one.type === 'change') for (const type of one.said) deps.onReceipt(type);
  for (const { type } of one.words ?? []) deps.onReceipt(type);
}

const NONE: Recordings = new Map();

/** Verifies the router's statement about when receipts were recorded; empty if the frame has none. */
async function openRecordings({ org, directory, clock }: Identity, token: string): Promise<Recordings> {
  if (token === '') return NONE;
  return verifyRecordings(token, { directory: directory.current(), originator: org, now: clock() });
}
