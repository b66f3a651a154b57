import { fail } from '../../shared/kernel/errors.js';
import type { RefusalPart, ReportPart } from '../../shared/ledger/record-parts.js';
import type { DisclosedOf } from '../../shared/ledger/report/held-parts.js';
import { redact } from '../../shared/trust/redact.js';
import type { Decided, DecidedNotice } from './decide.js';
import { actParts } from './decide-actions.js';

/** Returns what a share of a notice discloses. */
export function disclosedBy(notice: Parameters<typeof redact>[0]): DecidedNotice['disclosedOf'] {
  return (sections) => redact(notice, sections).disclosed;
}

/** Returns what the shares of these notices disclose. */
export function disclosuresOf(notices: readonly Pick<DecidedNotice, 'part' | 'disclosedOf'>[]): DisclosedOf {
  const byJti = new Map(notices.map(({ part, disclosedOf }) => [part.jti, disclosedOf]));
  return (jti, sections) => {
    const found = byJti.get(jti);
    if (found === undefined) throw fail('internal', 'a share of a notice that is not in the frame');
    return found(sections);
  };
}

/**
 * The parts of a routing report: each notice in the order of the submission with its decisions and denials, then actions and
 * requests, then the refusals.
 */
export function reportParts({ notices, refused, ...acts }: Decided): readonly ReportPart[] {
  return [
    ...notices.flatMap(({ part, decisions, denials }) => [part, ...decisions, ...denials]),
    ...actParts(acts),
    ...refused.map(({ index, jti, digest, code, number, rules }): RefusalPart => {
      const more = { ...(number === undefined ? {} : { number }), ...(rules === undefined ? {} : { rules }) };
      return { type: 'refusal', index, jti, digest, code, ...more };
    }),
  ];
}
