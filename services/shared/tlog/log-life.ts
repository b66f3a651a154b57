import { decodeBase64url } from '../kernel/base64url.js';
import { leafHash } from '../trust/merkle.js';
import { type Checkpoint, originOf } from './checkpoint.js';
import type { TreeHead } from './verify-proof.js';

/** Returns which life of a federation's log an origin names, counted from 1; 0 for any other log. */
export function lifeOf(origin: string, federation: string): number {
  const life = Number(origin.slice(origin.lastIndexOf('/') + 1));
  return Number.isSafeInteger(life) && life >= 1 && origin === originOf(federation, life) ? life : 0;
}

/** Returns the tree over the first entry of a life: the digest of the record of the order that began it. */
export function firstHead(record: string): TreeHead {
  return { size: 1, root: leafHash(decodeBase64url(record)) };
}

/** Compares checkpoints of one federation by their lives, then by their sizes: above 0 if the first is the later one. */
export function compareHeads(
  one: Pick<Checkpoint, 'origin' | 'size'>,
  other: Pick<Checkpoint, 'origin' | 'size'>,
  federation: string,
): number {
  const life = ({ origin }: Pick<Checkpoint, 'origin'>): number => lifeOf(origin, federation);
  return life(one) - life(other) || one.size - other.size;
}
