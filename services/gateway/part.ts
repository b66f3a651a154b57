import { fail } from '../shared/kernel/errors.js';

/** A value of something signed, before its members are looked at. */
export type Part = Readonly<Record<string, unknown>>;

/** Throws `token-malformed`. */
export function partOf(value: unknown): Part {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Part;
  throw fail('token-malformed', 'a part is not an object');
}
