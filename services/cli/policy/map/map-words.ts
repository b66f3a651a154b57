import { groupBy } from '../../../shared/kernel/group-by.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { setOf } from '../../../shared/policy/engine.js';
import {
  type ExchangeCell,
  type Closing,
  type ExchangeRoute,
  reachedOf,
} from '../../../shared/workbench/map/exchange-cells.js';
import type { ExchangeMap } from '../../../shared/workbench/map/exchange-map.js';

/** The glyph of each state of a cell, as the legend explains it. */
export const GLYPHS: Readonly<Record<ExchangeCell['state'], string>> = {
  open: '●',
  partly: '◐',
  closed: '·',
};

/** Returns the state of a cell in one word; `never` for a cell that is closed to every notice of the kind. */
export function stateWord(cell: ExchangeCell): string {
  return cell.state === 'closed' && cell.never ? 'never' : cell.state;
}

/** Returns how many sections of the example arrive, `5/9`; empty for all or none of them. */
export function countText(cell: ExchangeCell): string {
  if (cell.state !== 'partly') return '';
  const { length } = cell.sections;
  return `${length}/${length + cell.withheld.length}`;
}

/** Describes what differs from the older version; undefined where nothing does. */
export function changeText({ before, ...cell }: ExchangeCell): string | undefined {
  if (before === undefined) return undefined;
  const now = reachedOf(cell).sections;
  const gained = now.filter((section) => !before.sections.includes(section));
  const lost = before.sections.filter((section) => !now.includes(section));
  const parts = [...(before.state === 'closed' ? ['the notice'] : []), ...gained];
  const ends = [...(cell.state === 'closed' ? ['the notice'] : []), ...lost];
  return [
    ...(parts.length === 0 ? [] : [`opened: ${enumerate(parts)}`]),
    ...(ends.length === 0 ? [] : [`closed: ${enumerate(ends)}`]),
  ].join('; ');
}

/** Returns rows of what differs from the older version: the route, the kinds, and what was opened or closed. */
export function changeRows({ cells }: ExchangeMap): readonly Row[] {
  const changed = cells.flatMap((cell) => {
    const text = changeText(cell);
    return text === undefined ? [] : [{ cell, text }];
  });
  const alike = groupBy(changed, ({ cell, text }) => `${cell.from} → ${cell.to} ${text}`);
  return [...alike].flatMap(([, some]) =>
    some.slice(0, 1).map(({ cell, text }) => {
      return [`${cell.from} → ${cell.to}`, enumerate(some.map((each) => each.cell.kind)), text];
    }),
  );
}

/** Describes a cell in words: the withheld sections and why, or the rules that close it. */
export function cellText(cell: ExchangeCell): string {
  switch (cell.state) {
    case 'open':
      return 'every section';
    case 'partly': {
      const withheld = groupBy(cell.withheld, (one) => closingText(one, cell));
      const parts = [...withheld].map(
        ([why, all]) => `${enumerate(all.map(({ section }) => section))} (${why})`,
      );
      return `${cell.sections.length === 0 ? 'the header alone, ' : ''}without ${parts.join('; ')}`;
    }
    case 'closed':
      return [cell, ...cell.also].map((one) => closingText(one, cell)).join('; also ');
  }
}

/** Returns the id of the forbidding rule, or `nothing in europol/export permits it`. */
function closingText({ layer, rule }: Closing, { from, to }: Pick<ExchangeRoute, 'from' | 'to'>): string {
  return rule ?? `nothing in ${setOf(layer, { originator: from, recipient: to })} permits it`;
}

/** Returns a sentence for each pair that exchanges nothing, and for each kind that does not reach some organisation. */
export function gapSentences({ gaps, kinds }: ExchangeMap): readonly string[] {
  const pairs = gaps.pairs.map(([one, other]) => `${one} and ${other} exchange no example, either way`);
  const unreached = kinds.flatMap((kind) => {
    const missing = gaps.kinds.filter((gap) => gap.kind === kind);
    const recipients = (never: boolean): string =>
      enumerate(missing.filter((gap) => gap.never === never).map(({ to }) => to));
    const [never, example] = [recipients(true), recipients(false)];
    return [
      ...(never === '' ? [] : [`${kind} never reaches ${never}, whatever the notice`]),
      ...(example === '' ? [] : [`the example of ${kind} does not reach ${example}; another may`]),
    ];
  });
  return [...pairs, ...unreached];
}

/** Counts, for each kind, the pairs without a route in either direction: `blue 16, red 9`, highest first. */
export function gapCounts({ gaps, kinds, organisations }: ExchangeMap): string {
  const all = (organisations.length * (organisations.length - 1)) / 2;
  const counts = kinds
    .map((kind) => ({ kind, count: gaps.routes.filter((gap) => gap.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(({ kind, count }) => `${kind} ${count}`);
  return `of ${all} pairs without a route, either way: ${counts.length === 0 ? 'none' : counts.join(', ')}`;
}

type Row = readonly string[];

/** Returns rows of a pair, and the kinds without a route in either direction. */
export function gapRows({ gaps }: ExchangeMap): readonly Row[] {
  const pairs = groupBy(gaps.routes, ({ between }) => enumerate(between));
  return [...pairs].map(([pair, routes]) => [pair, enumerate(routes.map(({ kind }) => kind))]);
}

/** Returns rows of one-way routes: the pair, the kinds, and what closes the way back. */
export function asymmetryRows({ asymmetries }: ExchangeMap): readonly Row[] {
  return [...groupBy(asymmetries, ({ from, to }) => `${from} → ${to}`)].map(([gives, routes]) => {
    const reasons = [...groupBy(routes, ({ from, to, back }) => closingText(back, { from: to, to: from }))];
    const why = reasons.map(([text, some]) =>
      reasons.length === 1 ? text : `${text} (${enumerate(some.map(({ kind }) => kind))})`,
    );
    return [gives, enumerate(routes.map(({ kind }) => kind)), why.join('; ')];
  });
}

/** Returns rows of routes that a single set closes: the set, its rule, the number of routes, the routes. */
export function aloneRows({ alone }: ExchangeMap): readonly Row[] {
  return alone.map(({ set, rule, routes }) => [
    set,
    rule ?? 'nothing permits it',
    `${routes.length}`,
    routesText(routes),
  ]);
}

/** Formats routes as `interpol → afripol, ameripol: orange, silver; …`, grouping recipients of the same kinds. */
function routesText(routes: readonly ExchangeRoute[]): string {
  const pairs = [...groupBy(routes, ({ from, to }) => `${from} ${to}`)].flatMap(([, some]) =>
    some.slice(0, 1).map(({ from, to }) => ({ from, to, kinds: some.map(({ kind }) => kind).join(', ') })),
  );
  const alike = groupBy(pairs, ({ from, kinds }) => `${from} ${kinds}`);
  const texts = [...alike].flatMap(([, some]) =>
    some.slice(0, 1).map(({ from, kinds }) => `${from} → ${some.map(({ to }) => to).join(', ')}: ${kinds}`),
  );
  return texts.join('; ');
}

/** Returns rows of the number of routes and the layers that close them together, most frequent first. */
export function overlapRows({ overlaps }: ExchangeMap): readonly Row[] {
  const ways = groupBy(overlaps, ({ closings }) => enumerate(closings.map(roleText)));
  return [...ways]
    .map(([closings, routes]) => [`${routes.length}`, closings] as const)
    .toSorted(([a], [b]) => Number(b) - Number(a));
}

const OWNERS = {
  federation: 'the federation',
  export: "the sender's export",
  import: "the recipient's import",
};

function roleText({ layer, rule }: Closing): string {
  return rule === null ? OWNERS[layer] : `${OWNERS[layer]} (${rule})`;
}

function enumerate(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' and ');
}

/** Finds a cell of the map; undefined on the diagonal. */
export type FindCell = (from: OrgId, to: OrgId, kind: string) => ExchangeCell | undefined;

/** Creates the lookup of cells by originator, recipient and kind. */
export function createFindCell({ cells }: ExchangeMap): FindCell {
  const byRoute = new Map(cells.map((cell) => [`${cell.from} ${cell.to} ${cell.kind}`, cell]));
  return (from, to, kind) => byRoute.get(`${from} ${to} ${kind}`);
}
