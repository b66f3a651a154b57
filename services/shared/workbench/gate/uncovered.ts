import type { Change } from '../diff/changes.js';

/**
 * Returns the changes that none of the others covers. A change is covered by one with the same effect and the same rules, for at
 * least its kinds and routes.
 */
export function uncovered(changes: readonly Change[], others: readonly Change[]): readonly Change[] {
  const known = new Map(others.map((other) => [effectOf(other), new Set(reachOf(other))]));
  return changes.filter((change) => {
    const covered = known.get(effectOf(change));
    return !reachOf(change).every((one) => covered?.has(one));
  });
}

const effectOf = ({ type, org, layer, permission, section, obligation, rules }: Change): string =>
  JSON.stringify([type, org, layer, permission, section, obligation ?? null, rules.before, rules.after]);

const reachOf = ({ kinds }: Change): readonly string[] =>
  kinds.flatMap(({ kind, routes }) =>
    routes.map(({ originator, recipient }) => `${kind} ${originator} ${recipient}`),
  );
