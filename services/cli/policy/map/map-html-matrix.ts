import type { OrgId } from '../../../shared/kernel/ids.js';
import type { Kind } from '../../../shared/notice/kinds.js';
import { type ExchangeCell, closingsOf } from '../../../shared/workbench/map/exchange-cells.js';
import type { ExchangeMap } from '../../../shared/workbench/map/exchange-map.js';
import { html, type Markup } from '../html.js';
import { cellText, changeText, countText, createFindCell, type FindCell } from './map-words.js';

/** The colour of the chip for each kind. */
const CHIPS: Readonly<Record<Kind, string>> = {
  red: '#c62828',
  yellow: '#f2c200',
  blue: '#1f5fbf',
  black: '#000000',
  green: '#2e8b3d',
  orange: '#ef7d00',
  purple: '#7b3fa0',
  silver: '#b4bac2',
  'un-special': '#5b92e5',
};

interface Matrix {
  readonly map: ExchangeMap;
  readonly find: FindCell;
}

/** Returns the mark of a cell: a full circle, one filled by the share of sections that arrive, or a dot. */
export function markOf(cell: ExchangeCell): Markup {
  if (cell.state !== 'partly') return html`<span class="mark ${cell.state}" aria-hidden="true"></span>`;
  const { sections, withheld } = cell;
  const part = Math.round((100 * sections.length) / (sections.length + withheld.length));
  return html`<span class="mark partly" style="--part:${part}%" aria-hidden="true"></span>`;
}

/** Returns a matrix for each kind; each cell links to its route and has a tooltip with its text. */
export function kindMatrices(map: ExchangeMap): Markup {
  const find = createFindCell(map);
  const matrices = map.kinds.map((kind) => {
    const cellOf = (from: OrgId, to: OrgId): Markup => kindCell(find(from, to, kind), map);
    return html`<section><h3><span class="chip" style="background:${CHIPS[kind]}"></span>${kind}</h3>
${matrixOf({ map, label: kind, name: 'matrix' }, cellOf)}</section>`;
  });
  return html`<div class="kinds">${matrices}</div>`;
}

function kindCell(cell: ExchangeCell | undefined, { reasons }: ExchangeMap): Markup {
  if (cell === undefined) return html`<td class="self"></td>`;
  const { from, to, kind, state } = cell;
  const rules = [...new Set(closingsOf(cell).flatMap(({ rule }) => rule ?? []))];
  const why = rules.map((id) => html`<span>${id}: ${reasons[id] ?? ''}</span>`);
  const change = changeText(cell);
  const changed = change === undefined ? [] : html`<span>${change}</span>`;
  const label = [`${from} to ${to}, ${kind}: ${state}`, countText(cell), change ?? '']
    .filter((part) => part !== '')
    .join(', ');
  return html`<td class="${change === undefined ? 'route' : 'route changed'}" data-from="${from}" data-to="${to}"><a
 href="#from-${from}-${kind}" aria-label="${label}">${markOf(cell)}<small aria-hidden="true">${countText(cell)}</small><span
 class="tip"><b>${from} → ${to}, ${kind}: ${state}</b><span>${cellText(cell)}</span>${changed}${why}</span></a></td>`;
}

/** Returns one matrix of all kinds: each cell has a square for each kind, in the order of the legend. */
export function overviewMatrix(map: ExchangeMap): Markup {
  const matrix: Matrix = { map, find: createFindCell(map) };
  return matrixOf({ map, label: 'all kinds', name: 'matrix overview' }, (from, to) =>
    overviewCell({ from, to }, matrix),
  );
}

const STATES: readonly ExchangeCell['state'][] = ['open', 'partly', 'closed'];

function overviewCell({ from, to }: { from: OrgId; to: OrgId }, { map, find }: Matrix): Markup {
  if (from === to) return html`<td class="self"></td>`;
  const cells = map.kinds.flatMap((kind) => find(from, to, kind) ?? []);
  const of = (state: ExchangeCell['state']): readonly ExchangeCell[] =>
    cells.filter((cell) => cell.state === state);
  const counts = STATES.map((state) => `${of(state).length} ${state}`).join(', ');
  const lines = STATES.filter((state) => of(state).length > 0).map((state) => {
    const kinds = of(state).map(({ kind }) => kind);
    return html`<span>${state}: ${kinds.join(', ')}</span>`;
  });
  const squares = cells.map(({ state }) => html`<i class="${state}"></i>`);
  const isChanged = cells.some(({ before }) => before !== undefined);
  return html`<td class="${isChanged ? 'route changed' : 'route'}" data-from="${from}" data-to="${to}"><a href="#from-${from}" aria-label="${from} to ${to}: ${counts}"><span class="strip" aria-hidden="true">${squares}</span><span
 class="tip"><b>${from} → ${to}</b>${lines}</span></a></td>`;
}

interface Shape {
  readonly map: ExchangeMap;
  readonly label: string;
  readonly name: string;
}

function matrixOf({ map, label, name }: Shape, cellOf: (from: OrgId, to: OrgId) => Markup): Markup {
  const { organisations } = map;
  const head = organisations.map((to) => html`<th scope="col"><span>${to}</span></th>`);
  const rows = organisations.map(
    (from) => html`<tr><th scope="row">${from}</th>${organisations.map((to) => cellOf(from, to))}</tr>\n`,
  );
  return html`<div class="scroll"><table class="${name}" aria-label="${label}: rows give, columns receive">
<thead><tr><td></td>${head}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}
