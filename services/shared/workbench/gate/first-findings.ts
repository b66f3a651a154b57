import type { GateFinding } from './verdict.js';

/** How much of a message is kept: it holds the name of a case, which its owner chose. */
const MAX_MESSAGE = 300;

/**
 * Returns the first finding of each organisation, with how many more it has, so that one with many failing cases does not
 * crowd out the alarms of the router.
 */
export function firstFindings(findings: readonly GateFinding[]): readonly GateFinding[] {
  const byOrg = new Map<string, GateFinding[]>();
  for (const each of findings) {
    const known = byOrg.get(each.org) ?? [];
    byOrg.set(each.org, known);
    known.push(each);
  }
  return [...byOrg.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const message = first.message.slice(0, MAX_MESSAGE);
    return [{ ...first, message: more.length === 0 ? message : `${message}, and ${more.length} more` }];
  });
}
