import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { DeliveryPart } from '../../shared/ledger/delivery.js';
import type { ReceiptPart } from '../../shared/ledger/receipt.js';
import { after } from '../../shared/notice/duration.js';
import { RETENTION } from '../../shared/notice/notice.js';
import { nextWarning } from '../../shared/notice/warnings.js';
import {
  type NewHeld,
  REMEMBER_MS,
  type RememberedNotice,
} from '../../shared/store/gateway/gateway-inbox.js';
import {
  type Delivered,
  openDelivered,
  type Opening,
  type Verified,
} from '../../shared/trust/open-notice.js';
import { disclosedDigest } from '../../shared/trust/redact.js';
import type { ClockWatch } from '../clock-watch.js';

/** A notice of a delivery: verified, or the code for which it is rejected for good. */
export type OpenedNotice =
  | { readonly type: 'notice'; readonly part: DeliveryPart; readonly notice: NewHeld }
  | { readonly type: 'broken'; readonly part: DeliveryPart; readonly code: LiaisonError['code'] };

/** What to receipt and what to store of a delivery. */
export interface Judgement {
  readonly parts: readonly ReceiptPart[];
  readonly held: readonly NewHeld[];
}

interface OpeningAt extends Opening {
  /** Its index in the frame and in the statement. */
  readonly leaf: number;
  readonly mayPass: ClockWatch['mayPass'];
}

/** Verifies one notice against its leaf of the statement. Throws only temporary errors (`mayPass`). */
export async function openOne(
  sdJwt: string,
  part: DeliveryPart,
  { leaf, mayPass, ...opening }: OpeningAt,
): Promise<OpenedNotice> {
  try {
    const notice = await openDelivered(sdJwt, opening);
    checkAgainst(part, notice);
    const { id, number, exp, digest, header } = notice;
    const { disclosed } = part;
    const reviewAt = Date.parse(header.reviewAt);
    const warnAt = nextWarning({ reviewAt, endsAt: exp * 1000 }, opening.now.getTime())?.at ?? null;
    const forget = after(new Date(header.issuedAt), RETENTION).getTime() + REMEMBER_MS;
    const about = { id, number, kind: header.kind, exp, reviewAt, warnAt, forget };
    const held = { ...about, digest, disclosed, leaf, sdJwt };
    return { type: 'notice', part, notice: held };
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (mayPass(error)) throw error;
    return { type: 'broken', part, code: error.code };
  }
}

function checkAgainst(part: DeliveryPart, notice: Verified<Delivered>): void {
  const same =
    part.jti === notice.jti && part.digest === notice.digest && part.disclosed === disclosedDigest(notice);
  if (!same) throw fail('digest-mismatch', 'the notice is not the one that the delivery statement names');
}

type KnownOf = (id: string) => RememberedNotice | undefined;

/**
 * Applies the number rule (docs/architecture.md#rule-5): only a higher number is held; a lower one is superseded; a notice
 * that is held already stays as it is; the same number with other bytes is rejected.
 */
export function judge(opened: readonly OpenedNotice[], known: KnownOf): Judgement {
  const highest = highestIn(opened);
  const held: NewHeld[] = [];
  const parts = opened.map((one): ReceiptPart => {
    const { jti, digest } = one.part;
    if (one.type === 'broken') return { jti, digest, type: 'rejected', held: null, code: one.code };
    const { notice } = one;
    const before = known(notice.id);
    const most = Math.max(before?.number ?? 0, highest.get(notice.id) ?? 0);
    if (notice.number < most) return { jti, digest, type: 'superseded', held: null };
    if (before === undefined || before.number < notice.number) {
      held.push(notice);
      return { jti, digest, type: 'held', held: notice.disclosed };
    }
    return { jti, digest, ...receiptForKnown(notice, before) };
  });
  return { parts, held };
}

/** The receipt for a notice whose number is known already. */
function receiptForKnown(
  { digest }: NewHeld,
  before: RememberedNotice,
): Pick<ReceiptPart, 'type' | 'held' | 'code'> {
  if (before.digest !== digest) return { type: 'rejected', held: null, code: 'number-conflict' };
  // Ended and erased: it is not held again.
  return before.disclosed === null
    ? { type: 'superseded', held: null }
    : { type: 'held', held: before.disclosed };
}

/** The highest number of each notice in a frame, which may carry several revisions. */
function highestIn(opened: readonly OpenedNotice[]): ReadonlyMap<string, number> {
  const highest = new Map<string, number>();
  for (const one of opened) {
    if (one.type !== 'notice') continue;
    const { id, number } = one.notice;
    highest.set(id, Math.max(number, highest.get(id) ?? 0));
  }
  return highest;
}
