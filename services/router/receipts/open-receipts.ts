import { type Code, errorFrom, fail } from '../../shared/kernel/errors.js';
import type { Jti } from '../../shared/kernel/ids.js';
import { type VerifiedReceipt, verifyReceipt } from '../../shared/ledger/receipt.js';
import { verifyDelivery } from '../../shared/ledger/delivery.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { digest } from '../../shared/trust/digest.js';
import { finalCode, mayPass } from '../../shared/trust/may-pass.js';
import { MAX_FRAME_BYTES, MAX_RECEIPTS } from '../../shared/wire/frame-limits.js';
import { frames, type Receipt, type SignedSet } from '../../shared/wire/frames.js';
import type { Frame } from '../frames/frame.js';
import type { Hub, Snapshot } from '../hub.js';
import { type OpenedReceipt, novelReceipts } from './novel-receipts.js';
import type { Unusable } from '../frames/open.js';

/** An opened frame of receipts. */
export interface OpenedReceipts {
  readonly type: 'opened';
  readonly frame: Frame;
  readonly snapshot: Snapshot;
  readonly position: number;
  /** Receipts that are on the ledger already or say something new; the others of the frame are ignored. */
  readonly receipts: readonly OpenedReceipt[];
  /** Codes of the receipts of the frame that do not verify. */
  readonly broken: readonly Code[];
}

/**
 * Opens a frame of receipts. A receipt that does not verify is listed in `broken`, and the others are not affected; a frame
 * without any valid receipt is unusable. Throws only temporary failures.
 */
export async function openReceipts(hub: Hub, frame: Frame): Promise<OpenedReceipts | Unusable> {
  const snapshot = hub.snapshot();
  const position = hub.store.ledger.lastSeq(frame.org);
  const decoded = decode(frame);
  if ('type' in decoded) return decoded;
  const results = await Promise.allSettled(
    decoded.receipts.map((receipt) => openReceipt(hub.store, { frame, snapshot, receipt })),
  );
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const broken = results.flatMap((result) =>
    result.status === 'rejected' ? [finalCode(errorFrom(result.reason), 'receipt', frame.attempt)] : [],
  );
  const [first] = broken;
  if (opened.length === 0 && first !== undefined) return { type: 'unusable', code: first };
  const receipts = hub.store.read(() => novelReceipts(hub.store.deliveries, opened));
  return { type: 'opened', frame, snapshot, position, receipts, broken };
}

function decode({ bytes }: Frame): { readonly receipts: readonly Receipt[] } | Unusable {
  try {
    const decoded = frames.receipt.decode(bytes);
    if (decoded.receipts.length > MAX_RECEIPTS || bytes.length > MAX_FRAME_BYTES)
      return { type: 'unusable', code: 'oversize' };
    return decoded.receipts.length > 0 ? decoded : { type: 'unusable', code: 'frame-unreadable' };
  } catch (thrown) {
    return { type: 'unusable', code: errorFrom(thrown).code };
  }
}

interface Opening {
  readonly frame: Frame;
  readonly snapshot: Snapshot;
  readonly receipt: Receipt;
}

async function openReceipt(store: RouterStore, opening: Opening): Promise<OpenedReceipt> {
  const { frame, snapshot } = opening;
  const { statement: set, delivery: evidence } = opening.receipt;
  if (!set) throw fail('frame-unreadable', 'a receipt without statement');
  const isRecorded = store.deliveries.hasReceipt(digest(set.statement));
  const { directory, now } = snapshot;
  const by = { directory, recipient: frame.org, now };
  // A recorded receipt counts, even when its key was revoked since.
  const receipt = await verifyReceipt(set, { ...by, ...(isRecorded ? { recorded: new Date(0) } : {}) });
  const kinds = kindsOf(store, receipt);
  const opened = { receipt, set, isRecorded, kinds };
  if (isRecorded || isKnown(store, opened)) return { ...opened, recovered: false };
  if (!evidence) throw fail('delivery-unknown', 'a receipt for an unknown delivery');
  await checkEvidence(receipt, evidence, by);
  return { ...opened, recovered: true };
}

/** Kinds of the notices that the receipt is about, where jti and digest match the ledger. */
function kindsOf(
  { notices, read }: RouterStore,
  { originator, parts }: VerifiedReceipt,
): OpenedReceipt['kinds'] {
  const known = read(() => parts.map(({ jti }) => notices.revision(originator, jti)));
  const kinds = new Map<Jti, string>();
  for (const [at, { jti, digest }] of parts.entries()) {
    const revision = known[at];
    if (revision?.digest === digest) kinds.set(jti, revision.kind);
  }
  return kinds;
}

/** True when the ledger allowed the delivery and knows every notice that the receipt is about. */
function isKnown(
  { deliveries }: RouterStore,
  { receipt, kinds }: Pick<OpenedReceipt, 'receipt' | 'kinds'>,
): boolean {
  const { originator, delivery: frame, recipient, parts } = receipt;
  const isAllowed = deliveries.statusOf({ originator, frame, recipient }) !== undefined;
  return isAllowed && parts.every(({ jti }) => kinds.has(jti));
}

/** Checks the delivery statement that came with a receipt: a router must have signed it for this recipient. Throws `delivery-unknown`. */
async function checkEvidence(
  { originator, delivery, parts }: VerifiedReceipt,
  evidence: SignedSet,
  by: Parameters<typeof verifyDelivery>[1],
): Promise<void> {
  const unknown = () => fail('delivery-unknown', 'a receipt whose delivery is not proven');
  const proven = await verifyDelivery(evidence, by).catch((thrown: unknown) => {
    throw mayPass(errorFrom(thrown), 'delivery-proof') ? thrown : unknown();
  });
  const sent = new Set(proven.parts.map(({ jti, digest }) => `${jti} ${digest}`));
  const matches =
    proven.originator === originator &&
    proven.frame === delivery &&
    parts.every(({ jti, digest }) => sent.has(`${jti} ${digest}`));
  if (!matches) throw unknown();
}
