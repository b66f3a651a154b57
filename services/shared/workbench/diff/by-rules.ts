import { groupBy } from '../../kernel/group-by.js';
import type { Change } from './changes.js';

/**
 * Groups changes that the same rules of one owner bring about, in the order of the first change of each group: one rule that opens a
 * notice with its sections makes a change for each of them.
 */
export function changesByRules(changes: readonly Change[]): readonly (readonly [Change, ...Change[]])[] {
  const groups = groupBy(changes, ({ type, org, layer, rules: { before, after }, obligation }) =>
    JSON.stringify([type, org, layer, after.length > 0 ? after : before, after.length > 0, obligation]),
  );
  return [...groups.values()].flatMap(([first, ...more]) => (first === undefined ? [] : [[first, ...more]]));
}

/** Returns what changes are about, a permission once: `receive`, `disclose identity, judicial`. */
export function whatsOf(changes: readonly Pick<Change, 'permission' | 'section'>[]): readonly string[] {
  return [...groupBy(changes, ({ permission }) => permission)].map(([permission, own]) =>
    [permission, [...new Set(own.flatMap(({ section }) => section ?? []))].join(', ')].join(' ').trimEnd(),
  );
}

/** Returns the kinds of changes, and for each originator the recipients on whose routes they are, in the order found. */
export function reachOf(changes: readonly Pick<Change, 'kinds'>[]) {
  const all = changes.flatMap(({ kinds }) => kinds);
  const byOriginator = groupBy(
    all.flatMap(({ routes }) => routes),
    ({ originator }) => originator,
  );
  return {
    kinds: [...new Set(all.map(({ kind }) => kind))],
    routes: [...byOriginator].map(
      ([from, routes]) => [from, [...new Set(routes.map(({ recipient }) => recipient))]] as const,
    ),
  };
}
