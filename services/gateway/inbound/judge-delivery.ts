import { type Code, errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Jti, parseNoticeId } from '../../shared/kernel/ids.js';
import type { DeliveredNotice } from '../../shared/ledger/delivery/open-delivery.js';
import type { ReceiptAction, ReceiptException } from '../../shared/ledger/receipt/receipt.js';
import { after } from '../../shared/notice/duration.js';
import { RETENTION } from '../../shared/notice/notice.js';
import { nextWarning } from '../../shared/notice/warnings.js';
import {
  type NewHeld,
  REMEMBER_MS,
  type RememberedNotice,
} from '../../shared/store/gateway/gateway-deliveries.js';
import { type Delivered, openHashed, type Opening, type Verified } from '../../shared/trust/open-notice.js';
import { splitSdJwt } from '../../shared/trust/sd-jwt.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import type { ClockWatch } from '../clock-watch.js';
import type { GivenAnswer } from '../holding/holding.js';
import type { ArrivalJudgement, NoticeOutcome } from '../holding/judge-arrival.js';

/** A notice of a delivery: verified, or the code for which it is rejected for good. */
export type OpenedNotice =
  | { readonly type: 'notice'; readonly jti: Jti; readonly notice: NewHeld }
  | { readonly type: 'broken'; readonly jti: Jti; readonly code: LiaisonError['code'] };

/** What the receipt for a delivery lists, and the notices to store. */
export interface Judgement {
  readonly except: readonly ReceiptException[];
  /** One for each action. */
  readonly actions: readonly ReceiptAction[];
  readonly held: readonly NewHeld[];
}

interface OpeningAt extends Opening {
  /** Its index in the delivery. */
  readonly index: number;
  readonly mayPass: ClockWatch['mayPass'];
  /**
   * True while an extension of the notice may still arrive: it is then not rejected as expired. `exp` is the end
   * that the notice itself states, in seconds since 1970.
   */
  readonly mayBeExtended: (exp: number) => boolean;
}

/**
 * Verifies one notice of a delivery against its records. Returns `broken` for one that is rejected for good.
 * Throws temporary errors (`mayPass`), `not-ready` while an extension of an expired notice may still arrive, and
 * `delivery-differs` when the hub delivered other sections than it recorded.
 */
export async function openOne(
  { share, text, hashed }: DeliveredNotice,
  { index, mayPass, mayBeExtended, ...opening }: OpeningAt,
): Promise<OpenedNotice> {
  const notice = await openHashed(hashed, opening).catch((thrown: unknown) => errorFrom(thrown));
  if (notice instanceof Error) {
    if (mayPass(notice)) throw notice;
    // `openHashed` checks times after the signature, so the end in the text is signed by the originator.
    if (notice.code === 'expired' && mayBeExtended(ownEnd(text)))
      throw fail('not-ready', 'an extension of an expired notice may be on its way');
    return { type: 'broken', jti: share.jti, code: notice.code };
  }
  if (share.jti !== notice.jti || !isSame(share.sections, notice)) {
    throw fail('delivery-differs', 'a notice was delivered with other sections than its records say');
  }
  const { disclosed } = share;
  const { id, number, exp, digest, header } = notice;
  const reviewAt = Date.parse(header.reviewAt);
  const warnAt = nextWarning({ reviewAt, endsAt: exp * 1000 }, opening.now.getTime())?.at ?? null;
  const forget = after(new Date(header.issuedAt), RETENTION).getTime() + REMEMBER_MS;
  const about = { id, number, kind: header.kind, exp, reviewAt, warnAt, forget };
  return {
    type: 'notice',
    jti: share.jti,
    notice: { ...about, digest, disclosed, delivered: disclosed, leaf: index, sdJwt: text },
  };
}

function ownEnd(text: string): number {
  return Number((claimsIn(splitSdJwt(text).jwt) as { readonly exp?: unknown }).exp);
}

/** True when exactly these sections are disclosed. */
function isSame(sections: readonly string[], { disclosures }: Verified<Delivered>): boolean {
  return (
    sections.length === disclosures.size &&
    sections.every((name) => [...disclosures.keys()].some((one) => one === name))
  );
}

interface Judging {
  readonly known: (id: string) => RememberedNotice | undefined;
  /** The answers to the actions of the delivery, and the outcomes of its notices that have actions. */
  readonly arrival: Pick<ArrivalJudgement, 'answers' | 'outcomes' | 'held'>;
}

/**
 * Applies the number rule (docs/architecture.md#rule-5): only a higher number is held; a lower one is
 * superseded; a notice that is held already stays as it is; the same number with other bytes is rejected.
 * What is held as delivered is not listed. A notice that has actions gets the outcome of its registers
 * instead (`judgeArrival`).
 */
export function judge(opened: readonly OpenedNotice[], { known, arrival }: Judging): Judgement {
  const highest = highestIn(opened);
  const held = [...arrival.held];
  const except = opened.flatMap((one, index): readonly ReceiptException[] => {
    const at = { index, jti: one.jti };
    if (one.type === 'broken') return [{ ...at, type: 'rejected', code: one.code }];
    const { notice } = one;
    const outcome = arrival.outcomes.get(notice);
    if (outcome) return exceptionOf(notice, outcome).map((said) => ({ ...at, ...said }));
    const before = known(notice.id);
    const most = Math.max(before?.number ?? 0, highest.get(notice.id) ?? 0);
    if (notice.number < most) return [{ ...at, type: 'superseded' }];
    if (before === undefined || before.number < notice.number) {
      held.push(notice);
      return [];
    }
    const said = exceptionForKnown(notice, before);
    return said === undefined ? [] : [{ ...at, ...said }];
  });
  return { except, actions: arrival.answers.map(actionAnswer), held };
}

function actionAnswer({ digest, id, type, code, before, after }: GivenAnswer): ReceiptAction {
  return { digest, id: parseNoticeId(id), type, ...(code && { code: code as Code }), before, after };
}

/** Returns the exception for a notice that was judged by its registers; none when it is held as delivered. */
function exceptionOf(
  { disclosed }: NewHeld,
  { type, code, held }: NoticeOutcome,
): readonly Pick<ReceiptException, 'type' | 'code' | 'held'>[] {
  if (type !== 'held') return [{ type, ...(code && { code }) }];
  return held === disclosed || held === null ? [] : [{ type: 'held', held }];
}

/**
 * Returns the exception for a notice whose number is known already; undefined when it is held as delivered.
 */
function exceptionForKnown(
  { digest, disclosed }: NewHeld,
  before: RememberedNotice,
): Pick<ReceiptException, 'type' | 'code' | 'held'> | undefined {
  if (before.digest !== digest) return { type: 'rejected', code: 'number-conflict' };
  // Ended and erased: it is not held again.
  if (before.disclosed === null) return { type: 'superseded' };
  // It stays held with the sections of an earlier delivery.
  return before.disclosed === disclosed ? undefined : { type: 'held', held: before.disclosed };
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
