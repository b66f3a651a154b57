import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';

interface ItemsPage {
  /** The newest first. */
  readonly rows: readonly ItemRow[];
  /** `before` of the next page; null on the last one. */
  readonly next: number | null;
}

/** Returns a page of the actions on a notice: the newest that were ordered before the one with this `seq`. */
export function pageOfItems(
  items: readonly ItemRow[],
  { limit, before = Number.MAX_SAFE_INTEGER }: { readonly limit: number; readonly before?: number },
): ItemsPage {
  const left = items.filter(({ seq }) => seq < before).toSorted((a, b) => b.seq - a.seq);
  const rows = left.slice(0, limit);
  return { rows, next: left.length > limit ? (rows.at(-1)?.seq ?? null) : null };
}
