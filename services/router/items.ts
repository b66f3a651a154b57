import type { Code } from '../shared/kernel/errors.js';
import type { Jti, NoticeId, OrgId } from '../shared/kernel/ids.js';
import type { KnownNotice, KnownRevision, RouterNotices } from '../shared/store/router-notices.js';
import type { Submitted, Verified } from '../shared/trust/open-notice.js';
import type { OpenedItem } from './open-items.js';

/** A notice that is not taken. Its bytes go to quarantine, its code into the report; the others go on. */
export interface Refused {
  readonly type: 'refused';
  readonly index: number;
  readonly jti: Jti | null;
  readonly digest: string;
  readonly code: Code;
  /** As it came. */
  readonly text: string;
}

/** One notice of a frame, with what the ledger knows of it. */
export type Item =
  | {
      readonly type: 'notice';
      readonly index: number;
      readonly notice: Verified<Submitted>;
      readonly known: KnownNotice | undefined;
      /** A later revision or action is known: nobody gets this one any more. */
      readonly isOvertaken: boolean;
    }
  | { readonly type: 'ended'; readonly index: number; readonly known: KnownNotice }
  | Refused;

/**
 * Holds the notices against the ledger and against each other: the same jti with another digest conflicts (rule 2); what
 * is not recorded must bear a number above all that are known of its notice (rule 5).
 */
export function judgeItems(
  notices: RouterNotices,
  org: OrgId,
  opened: readonly OpenedItem[],
): readonly Item[] {
  const revisions = new Map<NoticeId, Revision[]>();
  const revisionsOf = (id: NoticeId): Revision[] => {
    const known = revisions.get(id) ?? [...notices.revisionsOf(org, id)];
    revisions.set(id, known);
    return known;
  };
  const seen = new Set<Jti>();
  const judge = (item: OpenedItem): Item => {
    if (item.type !== 'notice') return item;
    const { notice, index, text, known } = item;
    const { jti, digest, id, number } = notice;
    const others = revisionsOf(id);
    if (others.some((other) => other.jti === jti && other.digest !== digest)) {
      return { type: 'refused', index, jti, digest, code: 'revision-conflict', text };
    }
    const newest = newestOf(others);
    // Once in a frame, also where it is known: a delivery that has it twice could be answered by no receipt.
    if (seen.has(jti) || (known === undefined && number <= newest)) {
      return { type: 'refused', index, jti, digest, code: 'superseded', text };
    }
    others.push(notice);
    seen.add(jti);
    return { type: 'notice', index, notice, known, isOvertaken: number < newest };
  };
  return opened.map(judge);
}

type Revision = Pick<KnownRevision, 'jti' | 'digest' | 'number'>;

/** The highest number of any of them; 0 of none. */
export function newestOf(revisions: readonly Pick<Revision, 'number'>[]): number {
  return Math.max(0, ...revisions.map(({ number }) => number));
}
