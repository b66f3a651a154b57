import type { ExchangeMap } from '../../../shared/workbench/map/exchange-map.js';
import { html, type Markup } from '../html.js';
import { aloneRows, asymmetryRows, gapCounts, gapRows, gapSentences, overlapRows } from './map-words.js';

/** The findings of the map, those with the easiest solution first. */
export function findings(map: ExchangeMap): Markup {
  return html`<h2 id="alone">One decision away</h2>
<p>These routes are closed by a single set of rules: the other two layers would let the notice through.</p>
${table(['who decides', 'what closes', 'routes', 'from whom to whom'], withReasons(map))}
<h2 id="gaps">Gaps</h2>
<ul class="sentences">${[gapCounts(map), ...gapSentences(map)].map((text) => html`<li>${text}</li>`)}</ul>
${table(['between', 'no route, either way'], gapRows(map))}
<h2 id="one-way">One way only</h2>
<p>What one gives another and cannot get back.</p>
${table(['gives', 'kinds', 'the way back is closed by'], asymmetryRows(map))}
<h2 id="overlaps">Closed more than once</h2>
<p>Here opening one of these layers alone lets no example through: the others close the route as well.</p>
${table(['routes', 'closed by'], overlapRows(map))}`;
}

/** Adds the reason of each rule, as its id means little to a lawyer. */
function withReasons(map: ExchangeMap): readonly (readonly string[])[] {
  return aloneRows(map).map(([set = '', rule = '', ...others]) => {
    const reason = map.reasons[rule];
    return [set, reason === undefined ? rule : `${rule}: ${reason}`, ...others];
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  if (rows.length === 0) return html`<p>None.</p>`;
  const titles = head.map((title) => html`<th scope="col">${title}</th>`);
  const lines = rows.map(([name = '', ...cells]) => {
    const texts = cells.map((text, index) => html`<td data-head="${head[index + 1] ?? ''}">${text}</td>`);
    return html`<tr><th scope="row">${name}</th>${texts}</tr>\n`;
  });
  return html`<table class="findings"><thead><tr>${titles}</tr></thead><tbody>\n${lines}</tbody></table>`;
}
