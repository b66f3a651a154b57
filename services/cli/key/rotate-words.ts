import type { KeyPlace } from '../init/key-places.js';

/** The words after `liaison` that make the next key of a place. */
export function rotateWords({ owner, use, router = 1 }: Omit<KeyPlace, 'path'>): string {
  return `key rotate ${owner} ${use}${router === 1 ? '' : ` --router ${router}`}`;
}
