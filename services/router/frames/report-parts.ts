import type { RefusalPart, ReportPart } from '../../shared/ledger/record-parts.js';
import type { Decided } from './decide.js';
import { actParts } from './decide-actions.js';

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
