import { fail } from '../../shared/kernel/errors.js';
import { frames, type Item } from '../../shared/wire/frames.js';

/** Encodes an item other than a notice for the database, with its exact leaves and texts. */
export function packItem(item: Item): Uint8Array {
  return frames.submission.encode({ statement: '', items: [item] });
}

/** Decodes what `packItem` encoded; throws `internal` for anything else. */
export function unpackItem(bytes: Uint8Array): Item {
  const [item, ...more] = frames.submission.decode(bytes).items;
  if (item !== undefined && more.length === 0) return item;
  throw fail('internal', 'a stored item is missing');
}
