import type { OrgId } from '../../kernel/ids.js';
import type { Kind } from '../../notice/kinds.js';
import { setOf } from '../../policy/engine.js';
import type { ExchangeCell, Closing, ExchangeRoute } from './exchange-cells.js';

/** Counts of what an organisation sends or receives. */
export interface Share {
  /** How many kinds have at least one route that is not closed. */
  readonly kinds: number;
  /** Routes by state; together (organisations − 1) × kinds. */
  readonly open: number;
  readonly partly: number;
  readonly closed: number;
}

/** Two organisations, in the order of the directory. */
export type OrgPair = readonly [OrgId, OrgId];

/** Routes that one set alone closes, by the forbid `rule` or, when it is null, for want of a permit. */
export interface SoleBarrier {
  /** `federation`, `europol/export`, `europol/import`. */
  readonly set: string;
  readonly rule: string | null;
  readonly routes: readonly ExchangeRoute[];
}

/** What stands out in a map. */
export interface ExchangeFindings {
  readonly gaps: {
    /** Pairs of organisations without a route for any example, in either direction. */
    readonly pairs: readonly OrgPair[];
    /** Kinds whose example has no route between a pair, in either direction. */
    readonly routes: readonly { readonly between: OrgPair; readonly kind: Kind }[];
    /**
     * Kinds whose example reaches an organisation from no other one; `never` if no other notice of the kind
     * reaches it either.
     */
    readonly kinds: readonly { readonly to: OrgId; readonly kind: Kind; readonly never: boolean }[];
  };
  /** Routes that are open or partly open while the way back is closed, with what closes it. */
  readonly asymmetries: readonly (ExchangeRoute & {
    readonly state: 'open' | 'partly';
    readonly back: Closing;
  })[];
  /** Sets that alone close routes, so that changing one set opens them; most routes first. */
  readonly alone: readonly SoleBarrier[];
  /** Routes that more than one layer closes, so that opening one of them changes nothing. */
  readonly overlaps: readonly (ExchangeRoute & { readonly closings: readonly Closing[] })[];
  readonly summary: readonly { readonly org: OrgId; readonly gives: Share; readonly receives: Share }[];
}

interface Cells {
  readonly organisations: readonly OrgId[];
  readonly kinds: readonly Kind[];
  readonly cells: readonly ExchangeCell[];
}

/** Derives the findings from the cells of a map. */
export function findingsOf(map: Cells): ExchangeFindings {
  const routes = routeGaps(map);
  return {
    gaps: { pairs: pairGaps(map, routes), routes, kinds: kindGaps(map) },
    asymmetries: asymmetriesOf(map),
    alone: aloneOf(map),
    overlaps: overlapsOf(map),
    summary: map.organisations.map((org) => ({
      org,
      gives: shareOf(map.cells.filter(({ from }) => from === org)),
      receives: shareOf(map.cells.filter(({ to }) => to === org)),
    })),
  };
}

function pairsOf(organisations: readonly OrgId[]): readonly OrgPair[] {
  return organisations.flatMap((one, index) =>
    organisations.slice(index + 1).map((other) => [one, other] as const),
  );
}

type RouteGaps = ExchangeFindings['gaps']['routes'];

function routeGaps({ organisations, kinds, cells }: Cells): RouteGaps {
  const reached = new Set(cells.filter(isReached).map(routeKey));
  return pairsOf(organisations).flatMap((between) => {
    const [one, other] = between;
    const isGap = (kind: Kind): boolean =>
      !reached.has(routeKey({ from: one, to: other, kind })) &&
      !reached.has(routeKey({ from: other, to: one, kind }));
    return kinds.filter(isGap).map((kind) => ({ between, kind }));
  });
}

function pairGaps({ organisations, kinds }: Cells, routes: RouteGaps): readonly OrgPair[] {
  const missing = ([one, other]: OrgPair): number =>
    routes.filter(({ between: [a, b] }) => a === one && b === other).length;
  return pairsOf(organisations).filter((pair) => missing(pair) === kinds.length);
}

function kindGaps({ organisations, kinds, cells }: Cells): ExchangeFindings['gaps']['kinds'] {
  const reached = new Set(cells.filter(isReached).map(({ to, kind }) => `${to} ${kind}`));
  const receivable = new Set(cells.filter(mayBeReceived).map(({ to, kind }) => `${to} ${kind}`));
  return kinds.flatMap((kind) =>
    organisations
      .filter((to) => !reached.has(`${to} ${kind}`))
      .map((to) => ({ to, kind, never: !receivable.has(`${to} ${kind}`) })),
  );
}

function asymmetriesOf({ cells }: Cells): ExchangeFindings['asymmetries'] {
  const byRoute = new Map(cells.map((cell) => [routeKey(cell), cell]));
  return cells.flatMap((cell) => {
    const { from, to, kind, state } = cell;
    const back = byRoute.get(routeKey({ from: to, to: from, kind }));
    if (state === 'closed' || back?.state !== 'closed') return [];
    return [{ from, to, kind, state, back: { layer: back.layer, rule: back.rule } }];
  });
}

function aloneOf({ cells }: Cells): readonly SoleBarrier[] {
  const found = new Map<string, Omit<SoleBarrier, 'routes'> & { readonly routes: ExchangeRoute[] }>();
  for (const cell of cells) {
    if (cell.state !== 'closed' || cell.also.length > 0) continue;
    const { from, to, kind, layer, rule } = cell;
    const set = setOf(layer, { originator: from, recipient: to });
    const alone = found.get(`${set} ${rule}`) ?? { set, rule, routes: [] };
    alone.routes.push({ from, to, kind });
    found.set(`${set} ${rule}`, alone);
  }
  return [...found.values()].toSorted((a, b) => b.routes.length - a.routes.length);
}

function overlapsOf({ cells }: Cells): ExchangeFindings['overlaps'] {
  return cells.flatMap((cell) => {
    if (cell.state !== 'closed' || cell.also.length === 0) return [];
    const { from, to, kind, layer, rule, also } = cell;
    return [{ from, to, kind, closings: [{ layer, rule }, ...also] }];
  });
}

function shareOf(cells: readonly ExchangeCell[]): Share {
  const count = (state: ExchangeCell['state']): number => cells.filter((cell) => cell.state === state).length;
  return {
    kinds: new Set(cells.filter(isReached).map(({ kind }) => kind)).size,
    open: count('open'),
    partly: count('partly'),
    closed: count('closed'),
  };
}

function routeKey({ from, to, kind }: ExchangeRoute): string {
  return `${from} ${to} ${kind}`;
}

function isReached(cell: ExchangeCell): cell is Exclude<ExchangeCell, { readonly state: 'closed' }> {
  return cell.state !== 'closed';
}

/** True when the example or another notice of the kind can be received. */
function mayBeReceived(cell: ExchangeCell): boolean {
  return isReached(cell) || !cell.never;
}
