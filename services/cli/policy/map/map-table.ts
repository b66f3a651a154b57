import type { OrgId } from '../../../shared/kernel/ids.js';
import type { Kind } from '../../../shared/notice/kinds.js';
import type { ExchangeCell } from '../../../shared/workbench/map/exchange-cells.js';
import type { Share } from '../../../shared/workbench/map/exchange-findings.js';
import type { ExchangeMap } from '../../../shared/workbench/map/exchange-map.js';
import { type Output, type Paint, table, tableText, visible } from '../../terminal/output.js';
import { longTextTable } from '../../terminal/long-text-table.js';
import {
  aloneRows,
  asymmetryRows,
  cellText,
  changeRows,
  changeText,
  countText,
  createFindCell,
  GLYPHS,
  gapCounts,
  gapSentences,
  overlapRows,
  stateWord,
} from './map-words.js';

type Look = Pick<Output, 'paint' | 'width'>;

/** Formats the map for a terminal: summary and gaps, then the routes with a column for each kind, or one kind's matrix. */
export function mapTable(map: ExchangeMap, look: Look): string {
  const { paint, width } = look;
  const [kind, ...more] = map.kinds;
  const legend = [
    `${marked('open', paint)} every section`,
    `${marked('partly', paint)} 5/9: 5 of 9 sections`,
    `${marked('closed', paint)} nothing`,
  ].join('   ');
  const [ways, kinds] = [asymmetryRows(map), aloneRows(map)];
  const [counts, ...gaps] = [gapCounts(map), ...gapSentences(map)];
  return [
    basisLines(map, look),
    summaryTable(map, look),
    tableText(
      [paint.bold('gaps'), counts],
      gaps.map((gap) => ['', gap]),
      width,
    ),
    kind !== undefined && more.length === 0 ? matrixOf(kind, map, look) : routesTable(map, look),
    paint.dim(legend),
    ...section(['changed', 'kinds', ''], changeRows(map), look),
    ...section(['closed by', 'alone', 'routes', 'which'], kinds, look),
    ...section(['one way only', '', 'the way back is closed by'], ways, look),
    ...section(
      ['routes', 'closed by several layers at once: opening one of them lets no example through'],
      overlapRows(map),
      look,
    ),
    ...faultLines(map, paint),
  ].join('\n\n');
}

function basisLines({ basis }: ExchangeMap, look: Look): string {
  return table([basis], [], look);
}

/**
 * Formats the routes, with the number of sections in each cell. On a narrow terminal each originator has a line of its own,
 * or the numbers are left out, or both.
 */
function routesTable(map: ExchangeMap, look: Look): string {
  const { paint, width } = look;
  const find = createFindCell(map);
  const rowsOf = (from: OrgId, glyph: Glyph): readonly (readonly string[])[] =>
    map.organisations
      .map((to) => ({ to, cells: map.kinds.map((kind) => find(from, to, kind)) }))
      .filter(({ cells }) => cells.some((cell) => cell !== undefined))
      .map(({ to, cells }) => [to, ...cells.map((cell) => glyph(cell, paint))]);
  const beside = (glyph: Glyph): string =>
    table(
      ['gives', 'to', ...map.kinds],
      map.organisations.flatMap((from) =>
        rowsOf(from, glyph).map((row, index) => [index === 0 ? from : '', ...row]),
      ),
      { paint, width: Infinity },
    );
  const below = (glyph: Glyph): string =>
    table(
      ['gives', ...map.kinds],
      map.organisations.flatMap((from) => {
        const rows = rowsOf(from, glyph).map(([to = '', ...cells]) => [`→ ${to}`, ...cells]);
        return rows.length === 0 ? [] : [[paint.bold(from), ...map.kinds.map(() => '')], ...rows];
      }),
      { paint, width: Infinity },
    );
  const forms = [() => beside(labelledGlyph), () => below(labelledGlyph), () => beside(glyphOf)];
  for (const form of forms) {
    const text = form();
    if (isWithin(text, width)) return text;
  }
  return below(glyphOf);
}

type Glyph = (cell: ExchangeCell | undefined, paint: Paint) => string;

function isWithin(text: string, width: number): boolean {
  return visible(text)
    .split('\n')
    .every(({ length }) => length <= width);
}

function matrixOf(kind: Kind, map: ExchangeMap, { paint, width }: Look): string {
  const find = createFindCell(map);
  const rows = map.organisations.map((from) => [
    from,
    ...map.organisations.map((to) => labelledGlyph(find(from, to, kind), paint)),
  ]);
  return tableText([`${paint.bold(kind)} to`, ...map.organisations.map(paint.dim)], rows, width);
}

function glyphOf(cell: ExchangeCell | undefined, paint: Paint): string {
  if (cell === undefined) return '';
  const now = marked(cell.state, paint);
  return cell.before === undefined ? now : `${marked(cell.before.state, paint)}→${now}`;
}

function labelledGlyph(cell: ExchangeCell | undefined, paint: Paint): string {
  const count = cell === undefined ? '' : countText(cell);
  return count === '' ? glyphOf(cell, paint) : `${glyphOf(cell, paint)} ${count}`;
}

/** Formats what one organisation shares of each kind with each recipient, and the rules that close the rest. */
export function fromTable(map: ExchangeMap, { paint, width }: Look): string {
  const rows = map.cells.map((cell, index) => [
    cell.kind === map.cells[index - 1]?.kind ? '' : paint.bold(cell.kind),
    cell.to,
    `${marked(cell.state, paint)} ${stateWord(cell)}`,
    cell.state === 'open' ? '' : cell.state === 'closed' ? cell.layer : layersOf(cell.withheld),
    [cellText(cell), changeText(cell)].filter((part) => part !== undefined).join('; '),
  ]);
  const head = ['kind', 'recipient', '', 'layer', 'what is closed, and by which rule'];
  const reasons = Object.entries(map.reasons).map(([id, reason]) => [id, reason]);
  return [
    basisLines(map, { paint, width }),
    longTextTable(
      head.map((word) => paint.dim(word)),
      rows,
      width,
    ),
    ...(reasons.length === 0 ? [] : [table(['rule', 'reason'], reasons, { paint, width })]),
    ...faultLines(map, paint),
  ].join('\n\n');
}

function layersOf(closings: readonly { readonly layer: string }[]): string {
  return [...new Set(closings.map(({ layer }) => layer))].join(', ');
}

function summaryTable({ kinds, summary }: ExchangeMap, look: Look): string {
  const texts = ({ kinds: reached, open, partly, closed }: Share): readonly string[] => [
    `${reached} of ${kinds.length} kinds`,
    [open, partly, closed].map((count) => percent(count, open + partly + closed)).join(' · '),
  ];
  const rows = summary.map(({ org, gives, receives }) => [org, ...texts(gives), ...texts(receives)]);
  const head = ['', 'gives', 'open/partly/closed', 'receives', 'open/partly/closed'];
  return table(head, rows, look);
}

/** Formats a share in whole percent; 0 % of an empty total. */
export function percent(count: number, all: number): string {
  return `${all === 0 ? 0 : Math.round((100 * count) / all)} %`;
}

function marked(state: ExchangeCell['state'], { green, yellow, dim }: Paint): string {
  const colour = { open: green, partly: yellow, closed: dim }[state];
  return colour(GLYPHS[state]);
}

function section(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { paint, width }: Look,
): readonly string[] {
  const [title = '', ...others] = head;
  if (rows.length === 0) return [];
  return [longTextTable([paint.bold(title), ...others.map(paint.dim)], rows, width)];
}

function faultLines({ faults }: ExchangeMap, { red }: Paint): readonly string[] {
  return faults.length === 0 ? [] : [red(`could not be evaluated, so closed: ${faults.join(', ')}`)];
}
