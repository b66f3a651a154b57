import type { SubmittedRelease } from '../../shared/store/router/router-releases.js';

/** How often the judging process may end or fail without a verdict on a release, before the release is refused for that. */
export const MAX_TRIES = 3;

/** Counts the failures on the present release of each member, until a verdict on it. */
export function createFailureCounts() {
  const counts = new Map<string, { readonly statement: string; readonly count: number }>();
  return {
    of: ({ org }: SubmittedRelease): number => counts.get(org)?.count ?? 0,
    add: ({ org, statement }: SubmittedRelease): number => {
      const before = counts.get(org);
      const count = before?.statement === statement ? before.count + 1 : 1;
      counts.set(org, { statement, count });
      return count;
    },
    clear: ({ org }: SubmittedRelease): void => void counts.delete(org),
  };
}
