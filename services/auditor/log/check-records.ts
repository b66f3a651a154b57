import { setImmediate } from 'node:timers/promises';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { createFrontier } from '../../shared/tlog/frontier.js';
import { parseEntryBundle, TILE_WIDTH } from '../../shared/tlog/tiles.js';
import type { TreeHead } from '../../shared/tlog/verify-proof.js';
import { leafHash } from '../../shared/trust/merkle.js';
import type { Archive } from '../archive.js';
import { entryOf } from './log-entries.js';
import type { TileStore } from './tile-store.js';

interface CheckParams {
  readonly archive: Pick<Archive, 'read'>;
  readonly store: Pick<TileStore, 'read'>;
  /** The entries of the last bundle of the head, which is no tile. */
  readonly lastEntries: readonly Uint8Array[];
  readonly signal: AbortSignal;
}

/**
 * Compares every record of the archive with a signed checkpoint. Resolves to the error `ledger-damaged` with the number of
 * the first record that is not the one in the log; undefined if the tree over the records is the signed one.
 */
export async function checkRecords(
  head: TreeHead,
  { archive, store, lastEntries, signal }: CheckParams,
): Promise<LiaisonError | undefined> {
  const frontier = createFrontier();
  let bundle: readonly Uint8Array[] = [];
  let differs: number | undefined;
  for await (const record of head.size === 0 ? [] : archive.read(1, Number.MAX_SAFE_INTEGER)) {
    const entry = entryOf(record);
    if (entry === undefined) continue;
    const index = frontier.size();
    if (index % TILE_WIDTH === 0) {
      await setImmediate();
      signal.throwIfAborted();
      bundle = bundleAt(index / TILE_WIDTH, head.size, { store, lastEntries });
    }
    const stored = bundle[index % TILE_WIDTH];
    if (stored !== undefined && !Buffer.from(stored).equals(entry)) differs ??= record.number;
    frontier.append(leafHash(entry));
    if (frontier.size() === head.size) break;
  }
  if (Buffer.from(frontier.root()).equals(head.root)) return undefined;
  const place = differs === undefined ? '' : `: record ${differs} is not the one that was signed`;
  return fail('ledger-damaged', `the tree over the records is not that of the signed checkpoint${place}`);
}

function bundleAt(
  index: number,
  size: number,
  { store, lastEntries }: Pick<CheckParams, 'store' | 'lastEntries'>,
): readonly Uint8Array[] {
  if (index === Math.floor(size / TILE_WIDTH)) return lastEntries;
  const bytes = store.read({ level: 'entries', index });
  return bytes === undefined ? [] : parseEntryBundle(bytes);
}
