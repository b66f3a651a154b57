import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { html, htmlText, type Markup, trustedMarkup } from '../../../services/cli/policy/html.js';
import { machineText } from '../figures.js';
import type { BenchLine, Figure, Series } from '../measurement.js';
import { short } from '../numbers.js';
import { STYLE } from './report-style.js';

/** Returns a self-contained HTML page: a plot for each series, and every figure in a table. */
export function reportPage(lines: readonly BenchLine[]): string {
  const series = lines.flatMap((line) => line.series);
  const links = lines.map(({ bench }) => html`<li><a href="#${bench}">${bench}</a></li>`);
  return htmlText(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>What Liaison costs</title><style>${trustedMarkup(readLibrary('uPlot.min.css'))}${STYLE}</style></head><body>
<header><h1>What Liaison costs</h1>
<p>Medians of interleaved rounds, in brackets the least and the most. Absolute figures are of the machine named; a ratio
was taken within each round and says more about other machines.</p><nav aria-label="On this page"><ul>${links}</ul></nav></header><main>
${lines.map(section)}</main>
<script type="application/json" id="series">${trustedMarkup(jsonText(series))}</script>
<script>${trustedMarkup(readLibrary('uPlot.iife.min.js'))}</script>
<script>${trustedMarkup(readFileSync(new URL('report-plots.js', import.meta.url), 'utf8'))}</script>
</body></html>
`);
}

function readLibrary(file: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${file}`), 'utf8');
}

/** Returns JSON for a script element, in which HTML escapes do not apply and a `<` could end the script. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}

function section({ bench, at, machine, figures, series }: BenchLine): Markup {
  const plots = series.length === 0 ? '' : html`<div class="plots">${series.map(plot)}</div>`;
  return html`<section aria-labelledby="${bench}"><h2 id="${bench}">bench ${bench}</h2>
<p class="muted">${at.slice(0, 10)}, ${machineText(machine)}</p>${plots}${figureTable(figures)}</section>
`;
}

function plot({ name, x, y, lines }: Series): Markup {
  const legend = lines.map(
    ({ name }, index) => html`<li><i style="background:var(--line-${(index % 6) + 1})"></i>${name}</li>`,
  );
  const xs = [...new Set(lines.flatMap(({ points }) => points.map((point) => point.x)))].toSorted(
    (a, b) => a - b,
  );
  const cell = (at: number, line: Series['lines'][number]): Markup => {
    const value = line.points.find((point) => point.x === at)?.y;
    return html`<td class="number">${value === undefined ? '' : short(value)}</td>`;
  };
  const rows = xs.map(
    (at) =>
      html`<tr><th scope="row" class="number">${short(at)}</th>${lines.map((line) => cell(at, line))}</tr>`,
  );
  return html`<figure><figcaption>${name}<span class="muted">${axisText(y)}, by ${axisText(x)}</span></figcaption>
<div class="plot" aria-hidden="true"></div><ul class="legend">${legend}</ul>
<details><summary>As numbers</summary><div class="table"><table><thead><tr><th scope="col" class="number">${axisText(x)}</th>
${lines.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></details></figure>`;
}

function axisText({ name, unit }: Series['x']): string {
  return unit === '' ? name : `${name} (${unit})`;
}

function figureTable(figures: readonly Figure[]): Markup {
  const hasRate = figures.some(({ perSecond }) => perSecond !== undefined);
  const rate = (text: string): Markup | '' => (hasRate ? html`<td class="number">${text}</td>` : '');
  const rows = figures.map(({ name, unit, value, perSecond, ratio }) => {
    const times = ratio === undefined ? '' : html`<b>${short(ratio.median)}</b> ×`;
    return html`<tr><th scope="row">${name}</th><td class="number"><b>${short(value.median)}</b> ${unit}</td>
<td class="number muted">${brackets(value)}</td>${rate(perSecond === undefined ? '' : short(perSecond.median))}
<td class="number">${times}</td><td class="number muted">${ratio === undefined ? '' : brackets(ratio)}</td><td>${ratio?.to ?? ''}</td></tr>
`;
  });
  return html`<div class="table"><table><thead><tr><th></th><th scope="col" class="number">median</th><th></th>
${hasRate ? html`<th scope="col" class="number">a second</th>` : ''}<th scope="col" class="number">ratio</th><th></th><th scope="col">to</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function brackets({ least, most }: Figure['value']): string {
  return least === most ? '' : `(${short(least)}–${short(most)})`;
}
