import { randomBytes, randomInt } from 'node:crypto';
import { randomSalt } from '../trust/digest.js';
import type { ActionLeaf } from '../wire/frames.js';
import { MIN_ACTION_LEAVES } from './action-claims.js';
import type { ListedPart } from './listed-part.js';

const HASH_BYTES = 32;

/**
 * Returns a salted leaf for each part, shuffled among decoys, which are random hashes. The number of leaves
 * is the next power of two from the number of members, and at least 8: a holder learns neither how many other
 * holders are meant nor the exact number of members.
 */
export function drawLeaves(parts: readonly ListedPart[], members: number): readonly ActionLeaf[] {
  const size = Math.max(MIN_ACTION_LEAVES, 2 ** Math.ceil(Math.log2(Math.max(1, members, parts.length))));
  const clear = parts.map(
    (part): ActionLeaf => ({ leaf: { salt: randomSalt(), part: Buffer.from(JSON.stringify(part)) } }),
  );
  const decoys = Array.from(
    { length: size - clear.length },
    (): ActionLeaf => ({ hash: randomBytes(HASH_BYTES) }),
  );
  return shuffle([...clear, ...decoys]);
}

/** Shuffles by Fisher and Yates with a cryptographic source, in place. */
function shuffle<T>(items: T[]): readonly T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const at = randomInt(0, last + 1);
    [items[last], items[at]] = [items[at] as T, items[last] as T];
  }
  return items;
}
