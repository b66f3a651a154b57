import type { Share } from '../../../shared/workbench/map/exchange-findings.js';
import type { ExchangeMap } from '../../../shared/workbench/map/exchange-map.js';
import type { FederationFacts } from '../../../shared/trust/directory-source.js';
import { html, htmlText, type Markup } from '../html.js';
import { kindMatrices, overviewMatrix } from './map-html-matrix.js';
import { basis, routes, rules } from './map-html-routes.js';
import { filter, filterStyle } from './map-html-filter.js';
import { STYLE } from './map-html-style.js';
import { percent } from './map-table.js';
import {
  aloneRows,
  asymmetryRows,
  changeRows,
  gapCounts,
  gapRows,
  gapSentences,
  overlapRows,
} from './map-words.js';
import { counted } from '../../../shared/wire/counted.js';

/**
 * Returns the map as one self-contained HTML page, without scripts, network access or a date: the same policies give the
 * same bytes.
 */
export function mapPage(map: ExchangeMap, federation: FederationFacts): string {
  const title = `Who shares what with whom: the ${federation.federation} federation`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${STYLE}${filterStyle(map)}</style></head><body>
<header><h1>${title}</h1>
${introduction(map)}${legend()}${filter(map)}${contents()}</header><main>
${changes(map)}
<h2 id="overview">Overview</h2>${overview(map)}
${findings(map)}
<h2 id="members">What each member gives and receives</h2>${members(map, federation)}
<h2 id="kinds">Kind by kind</h2>${kindMatrices(map)}
<h2 id="routes">Every route</h2>${routes(map)}
<h2 id="rules">The rules named here</h2>${rules(map)}
<h2 id="basis">What this map is made from</h2>${basis(map)}
</main></body></html>
`;
  return htmlText(page);
}

function introduction({ organisations, kinds, cells, basis }: ExchangeMap): Markup {
  const share = shareOf(cells.map(({ state }) => state));
  return html`<p>${counted(organisations.length, 'organisation')}, ${counted(kinds.length, 'kind')} of notice,
${counted(cells.length, 'route')}: ${shareText(share)}; ${basis}.</p>${bar(share)}`;
}

function shareOf(states: readonly string[]): Omit<Share, 'kinds'> {
  const count = (state: string): number => states.filter((each) => each === state).length;
  return { open: count('open'), partly: count('partly'), closed: count('closed') };
}

function shareText({ open, partly, closed }: Omit<Share, 'kinds'>): string {
  const all = open + partly + closed;
  const words = [
    `${percent(open, all)} open`,
    `${percent(partly, all)} partly`,
    `${percent(closed, all)} closed`,
  ];
  return words.map((word) => word.replaceAll(' ', '\u00a0')).join(', ');
}

function bar({ open, partly, closed }: Omit<Share, 'kinds'>): Markup {
  const all = Math.max(1, open + partly + closed);
  const width = (count: number): string => ((100 * count) / all).toFixed(2);
  return html`<div class="bar" aria-hidden="true"><span class="open" style="width:${width(open)}%"></span><span
 class="partly" style="width:${width(partly)}%"></span></div>`;
}

function legend(): Markup {
  return html`<ul class="legend"><li><span class="mark open"></span>open: every section</li>
<li><span class="mark partly" style="--part:65%"></span>partly: filled by the share that arrives</li>
<li><span class="mark closed"></span>closed: nothing</li><li class="muted">rows give, columns receive</li></ul>`;
}

const CONTENTS = {
  overview: 'Overview',
  alone: 'One decision away',
  gaps: 'Gaps',
  'one-way': 'One way only',
  overlaps: 'Closed more than once',
  members: 'Members',
  kinds: 'Kind by kind',
  routes: 'Every route',
  rules: 'Rules',
  basis: 'Basis',
};

function contents(): Markup {
  const links = Object.entries(CONTENTS).map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`);
  return html`<nav aria-label="On this page"><ul>${links}</ul></nav>`;
}

/** What differs from the older version of `--before`; nothing without one. */
function changes(map: ExchangeMap): Markup {
  const rows = changeRows(map);
  if (rows.length === 0) return html``;
  return html`<h2 id="changed">Changed</h2><p>What differs from the older version; such cells have a frame.</p>
${table(['route', 'kinds', 'opened or closed'], rows)}`;
}

function overview(map: ExchangeMap): Markup {
  const key = map.kinds.map((kind) => html`<span>${kind}</span>`);
  return html`<div class="side">${overviewMatrix(map)}
<div><p class="muted">Each cell has one square for each kind, in this order:</p><div class="key">${key}</div>
<p class="muted">Full: open. Half: partly. Empty: closed.</p></div></div>`;
}

function members({ summary, kinds }: ExchangeMap, { organisations }: FederationFacts): Markup {
  const side = (share: Share): Markup =>
    html`<td>${share.kinds} of ${kinds.length} kinds${bar(share)}<span class="muted">${shareText(share)}</span></td>`;
  const rows = summary.map(({ org, gives, receives }) => {
    const { name, seat } = organisations[org] ?? { name: org, seat: '' };
    return html`<tr><th scope="row">${org}<span>${name}</span><span class="muted">${seat}</span></th>
${side(gives)}${side(receives)}</tr>\n`;
  });
  return html`<table class="members"><thead><tr><td></td><th scope="col">gives</th><th scope="col">receives</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

/** The findings of the map, those with the easiest solution first. */
function findings(map: ExchangeMap): Markup {
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
