import { groupBy } from '../../../shared/kernel/group-by.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import type { Kind } from '../../../shared/notice/kinds.js';
import type { ExchangeMap } from '../../../shared/workbench/map/exchange-map.js';
import { html, type Markup } from '../html.js';
import { markOf } from './map-html-matrix.js';
import { cellText, stateWord } from './map-words.js';

/** Returns a table for each originator, with recipients of the same outcome on one line. */
export function routes(map: ExchangeMap): Markup {
  return html`${map.organisations.map((from) => routesOf(from, map))}`;
}

function routesOf(from: OrgId, map: ExchangeMap): Markup {
  const rows = map.kinds.map((kind) => routeRow({ from, kind }, map));
  return html`<div data-giver="${from}"><h3 class="origin" id="from-${from}">${from} gives</h3>
<table class="rows"><tbody>${rows}</tbody></table></div>`;
}

function routeRow(
  { from, kind }: { readonly from: OrgId; readonly kind: Kind },
  { cells }: ExchangeMap,
): Markup {
  const mine = cells.filter((cell) => cell.from === from && cell.kind === kind);
  const lines = [...groupBy(mine, (cell) => `${stateWord(cell)} ${cellText(cell)}`)].flatMap(([, alike]) =>
    alike.slice(0, 1).map((cell) => {
      const recipients = alike.map(({ to }) => to).join(', ');
      return html`<li>${markOf(cell)}<span><strong>${recipients}</strong>: ${stateWord(cell)}, ${cellText(cell)}</span></li>`;
    }),
  );
  return html`<tr id="from-${from}-${kind}"><th scope="row">${kind}</th><td><ul>${lines}</ul></td></tr>\n`;
}

/** Returns the table of rules that close a route or a section, with their reasons. */
export function rules({ reasons }: ExchangeMap): Markup {
  const rows = Object.entries(reasons).map(
    ([id, reason]) => html`<tr><th scope="row" class="long">${id}</th><td>${reason}</td></tr>\n`,
  );
  return html`<table class="rows named"><tbody>${rows}</tbody></table>`;
}

/** Returns the section on the assumptions of the map, and the digests of its policies. */
export function basis({ digests, faults }: ExchangeMap): Markup {
  const rows = Object.entries(digests).map(
    ([set, digest]) => html`<tr><th scope="row">${set}</th><td class="long">${digest}</td></tr>\n`,
  );
  const broken = html`<p><strong>Could not be evaluated, so closed: ${faults.join(', ')}.</strong></p>`;
  return html`${faults.length === 0 ? [] : broken}
<p>Each kind is asked with its example notice, sent by each member and addressed to every other; consents are those of the
example. Another classification, handling code, purpose or status of the person may be decided otherwise. Where it says never, no
notice of the kind gets through, whatever it says.</p>
<p>The policies, by the SHA-256 of each file:</p><table class="rows named"><tbody>${rows}</tbody></table>`;
}
