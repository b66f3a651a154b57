import { breakGlassOf } from '../diff/break-glass.js';
import type { Change } from '../diff/changes.js';

/** How many kinds and routes a text names. */
const SHOWN = 3;

/** Describes a loosening in one line: its id, what it opens, for which kinds and routes, and by which rules. */
export function loosenedText(change: Change): string {
  const { id, org, layer, permission, section, kinds, rules, obligation } = change;
  const whose = org === 'federation' ? 'the federation' : `${org}/${layer}`;
  const what = [permission, ...(section === null ? [] : [section])].join(' ');
  const routes = new Set(
    kinds.flatMap((kind) => kind.routes.map((route) => `${route.originator} → ${route.recipient}`)),
  );
  const where = `${first(kinds.map(({ kind }) => kind))}, ${first([...routes])}`;
  const named = [
    ...rules.after.map((rule) => `opened by ${rule}`),
    ...rules.before.map((rule) => `no longer closed by ${rule}`),
  ];
  const how = obligation === undefined ? first(named) : `the obligation \`${obligation}\` is lost`;
  const reason = breakGlassOf(change);
  const used = reason === undefined ? '' : `; the plainest notice uses break-glass for \`${reason}\``;
  return `${whose} loosens ${what} (${where}; ${how}${used}) without approval of \`${id}\``;
}

function first(words: readonly string[]): string {
  const more = words.length > SHOWN ? [`and ${words.length - SHOWN} more`] : [];
  return [...words.slice(0, SHOWN), ...more].join(', ');
}
