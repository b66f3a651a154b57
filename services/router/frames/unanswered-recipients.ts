import type { OrgId } from '../../shared/kernel/ids.js';
import type { Decided } from './decide.js';

/** Returns the recipients of a notice, action or request that they have not answered with a receipt. */
export function unansweredRecipients({ notices, owed }: Pick<Decided, 'notices' | 'owed'>): readonly OrgId[] {
  const allowed = notices.flatMap(({ decisions, answered }) =>
    decisions.filter(({ to, outcome }) => outcome !== 'denied' && !answered.has(to)).map(({ to }) => to),
  );
  return [...new Set([...allowed, ...owed])];
}
