import { groupBy } from '../../kernel/group-by.js';
import type { GateFinding } from './verdict.js';

/** How many characters of a message are kept: it may hold the name of a case, which its owner chose freely. */
const MAX_MESSAGE = 300;

/**
 * Returns the first finding of each organisation, with how many more it has, so that one with many failing cases does not
 * crowd out the alarms of the router.
 */
export function firstFindings(findings: readonly GateFinding[]): readonly GateFinding[] {
  return [...groupBy(findings, ({ org }) => org).values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const message = first.message.slice(0, MAX_MESSAGE);
    return [{ ...first, message: more.length === 0 ? message : `${message}, and ${more.length} more` }];
  });
}
