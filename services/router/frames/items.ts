import { type Jti, type NoticeId, type OrgId, parseJti } from '../../shared/kernel/ids.js';
import type { KnownNotice, RouterNotices } from '../../shared/store/router/router-notices.js';
import type { SubmittedNotice, Verified } from '../../shared/trust/open-notice.js';
import type { OpenedItem, RefusedItem } from './open-items.js';

/** One notice of a frame, compared with the ledger. */
export type JudgedItem =
  | {
      readonly type: 'notice';
      readonly index: number;
      readonly notice: Verified<SubmittedNotice>;
      readonly known: KnownNotice | undefined;
      /** True when a later revision or action is known: this one is no longer delivered. */
      readonly isOvertaken: boolean;
    }
  | { readonly type: 'ended'; readonly index: number; readonly known: KnownNotice }
  | RefusedItem;

/**
 * Compares the notices with the ledger and with each other. The same jti with another digest is a conflict
 * (docs/architecture.md#rule-2); a notice that is not recorded needs a number above all known ones of its id
 * (docs/architecture.md#rule-5).
 */
export function judgeItems(
  notices: RouterNotices,
  org: OrgId,
  opened: readonly OpenedItem[],
): readonly JudgedItem[] {
  // What this frame holds so far takes precedence over the ledger.
  const newests = new Map<NoticeId, number>();
  const digests = new Map<Jti, string>();
  const judgeEnded = (item: Extract<OpenedItem, { type: 'ended' }>): JudgedItem => {
    const { index, text, known } = item;
    const [jti, { digest }] = [parseJti(known.jti), known];
    if (digests.has(jti)) return { type: 'refused', index, jti, digest, code: 'superseded', text };
    digests.set(jti, digest);
    return { type: 'ended', index, known };
  };
  const judge = (item: OpenedItem): JudgedItem => {
    if (item.type === 'ended') return judgeEnded(item);
    if (item.type !== 'notice') return item;
    const { notice, index, text, known } = item;
    const { jti, digest, id, number } = notice;
    const taken = digests.get(jti) ?? notices.revision(org, jti)?.digest;
    if (taken !== undefined && taken !== digest) {
      return { type: 'refused', index, jti, digest, code: 'number-conflict', text };
    }
    const newest = newests.get(id) ?? notices.newestNumber(org, id);
    // A frame may hold a notice only once, even a known one: no receipt could answer a delivery that
    // contains it twice.
    if (digests.has(jti) || (known === undefined && number <= newest)) {
      return { type: 'refused', index, jti, digest, code: 'superseded', text };
    }
    digests.set(jti, digest);
    newests.set(id, Math.max(number, newest));
    return { type: 'notice', index, notice, known, isOvertaken: number < newest };
  };
  return opened.map(judge);
}
