import { fail } from '../../shared/kernel/errors.js';
import type { NoticePart } from '../../shared/ledger/record-parts.js';
import type { DisclosedOf } from '../../shared/ledger/report/held-parts.js';
import type { Section } from '../../shared/notice/kinds.js';
import { redact } from '../../shared/trust/redact.js';

/** Returns the digest of the disclosures of these sections of one notice. */
export type NoticeDisclosedOf = (sections: readonly Section[]) => string;

/** Returns what a share of a notice discloses. */
export function disclosedBy(notice: Parameters<typeof redact>[0]): NoticeDisclosedOf {
  return (sections) => redact(notice, sections).disclosed;
}

/** Returns what the shares of these notices disclose. */
export function disclosuresOf(
  notices: readonly { readonly part: NoticePart; readonly disclosedOf: NoticeDisclosedOf }[],
): DisclosedOf {
  const byJti = new Map(notices.map(({ part, disclosedOf }) => [part.jti, disclosedOf]));
  return (jti, sections) => {
    const found = byJti.get(jti);
    if (found === undefined) throw fail('internal', 'a share of a notice that is not in the frame');
    return found(sections);
  };
}
