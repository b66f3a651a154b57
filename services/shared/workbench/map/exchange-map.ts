import type { OrgId } from '../../kernel/ids.js';
import { KINDS, type Kind } from '../../notice/kinds.js';
import { type ExchangeCell, closingsOf, createAskCells, reachedOf } from './exchange-cells.js';
import { type ExchangeFindings, findingsOf } from './exchange-findings.js';
import type { Workspace } from '../workspace.js';

/** The basis of every cell and finding, shown with every map. */
export const BASIS =
  'by the example of each kind (proto/examples), sent by each member to every other; other notices may differ';

/**
 * `policy map --json`: `{basis, organisations, kinds, digests, cells, faults, reasons, gaps, asymmetries, alone,
 * overlaps, summary}`. Cells are sorted by originator, kind and recipient, in the order of `organisations` and `kinds`.
 */
export interface ExchangeMap extends ExchangeFindings {
  readonly basis: typeof BASIS;
  /** In the order of the directory. */
  readonly organisations: readonly OrgId[];
  readonly kinds: readonly Kind[];
  /** Base64url SHA-256 of every set and of the schema that the map was made from. */
  readonly digests: Readonly<Record<string, string>>;
  readonly cells: readonly ExchangeCell[];
  /** Sets in which something cannot be evaluated, which may be the only reason why they close a route. */
  readonly faults: readonly string[];
  /** The reason of every rule that a cell names. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Returns the map for these kinds, from the example of each. */
export function exchangeMap(workspace: Workspace, kinds: readonly Kind[] = KINDS): ExchangeMap {
  const organisations = [...workspace.directory.organisations.keys()];
  const faults = new Set<string>();
  const ask = createAskCells(workspace, (set) => faults.add(set));
  const cells = organisations.flatMap((from) => kinds.flatMap((kind) => ask(from, kind)));
  return {
    basis: BASIS,
    organisations,
    kinds,
    digests: workspace.sets.digests,
    cells,
    faults: [...faults].toSorted(),
    reasons: reasonsOf(cells, workspace),
    ...findingsOf({ organisations, kinds, cells }),
  };
}

function reasonsOf(cells: readonly ExchangeCell[], { sets }: Workspace): Readonly<Record<string, string>> {
  const named = new Set(cells.flatMap((cell) => closingsOf(cell).flatMap(({ rule }) => rule ?? [])));
  return Object.fromEntries([...named].toSorted().map((id) => [id, sets.rules.get(id)?.reason ?? '']));
}

/**
 * Returns the map with `before` in each cell where the older version gave something else; to a new member it
 * gave nothing.
 */
export function withBefore(map: ExchangeMap, older: ExchangeMap): ExchangeMap {
  const nameOf = ({ from, to, kind }: ExchangeCell): string => `${from} ${to} ${kind}`;
  const known = new Map(older.cells.map((cell) => [nameOf(cell), reachedOf(cell)]));
  const cells = map.cells.map((cell): ExchangeCell => {
    const before = known.get(nameOf(cell)) ?? { state: 'closed', sections: [] };
    const isSame = JSON.stringify(before) === JSON.stringify(reachedOf(cell));
    return isSame ? cell : { ...cell, before };
  });
  return { ...map, cells };
}

/**
 * Returns the map with only the cells from `from`, or from or to `member`. The findings remain those of the
 * whole map.
 */
export function onlyCellsOf(
  map: ExchangeMap,
  { from, member }: { readonly from?: OrgId; readonly member?: OrgId },
): ExchangeMap {
  const isKept = (cell: ExchangeCell): boolean =>
    (from === undefined || cell.from === from) &&
    (member === undefined || cell.from === member || cell.to === member);
  return { ...map, cells: map.cells.filter(isKept) };
}
