import { breakGlassOf } from '../diff/break-glass.js';
import { reachOf, whatsOf } from '../diff/by-rules.js';
import type { Change } from '../diff/changes.js';

/** How many kinds and rules a text names. */
const SHOWN = 3;
/** How many routes a text names: a record of a judgement has room for some hundred findings. */
const SHOWN_ROUTES = 24;

/**
 * Describes in one sentence the loosenings that the same rules bring about (`changesByRules`): what they open, for which kinds, on
 * which routes and by which rules.
 */
export function loosenedText(changes: readonly [Change, ...Change[]]): string {
  const [{ org, layer, obligation }] = changes;
  const whose = org === 'federation' ? 'the federation' : `${org}/${layer}`;
  const { kinds, routes } = reachOf(changes);
  const named = new Set(
    changes.flatMap(({ rules }) => [
      ...rules.after.map((rule) => `opened by ${rule}`),
      ...rules.before.map((rule) => `no longer closed by ${rule}`),
    ]),
  );
  const how = obligation === undefined ? first([...named]) : `the obligation \`${obligation}\` is lost`;
  const reason = changes.map(breakGlassOf).find((one) => one !== undefined);
  const used = reason === undefined ? '' : `; the plainest notice uses break-glass for \`${reason}\``;
  return `${whose} loosens ${whatsOf(changes).join('; ')} (${first(kinds)}, ${routesText(routes)}; ${how}${used})`;
}

function routesText(routes: ReturnType<typeof reachOf>['routes']): string {
  let left = SHOWN_ROUTES;
  const shown = routes.flatMap(([from, to]) => {
    const some = to.slice(0, left);
    left -= some.length;
    return some.length === 0 ? [] : [`${from} → ${some.join(' ')}`];
  });
  const all = routes.reduce((sum, [, to]) => sum + to.length, 0);
  return [...shown, ...(all > SHOWN_ROUTES ? [`and ${all - SHOWN_ROUTES} more`] : [])].join(', ');
}

function first(words: readonly string[]): string {
  const more = words.length > SHOWN ? [`and ${words.length - SHOWN} more`] : [];
  return [...words.slice(0, SHOWN), ...more].join(', ');
}
