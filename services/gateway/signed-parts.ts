import { fail } from '../shared/kernel/errors.js';
import { isJsonObject, type JsonObject } from '../shared/kernel/json-object.js';
import type { SignedSet } from '../shared/wire/frames.js';

/** Returns the signed set of a frame; throws `frame-unreadable` when the frame has none. */
export function requireSet(set: SignedSet | null | undefined): SignedSet {
  if (set) return set;
  throw fail('frame-unreadable', 'a frame has no statement');
}

/** Returns a part of a signed statement as an object with unchecked members; throws `token-malformed` for another value. */
export function partOf(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw fail('token-malformed', 'a part is not an object');
}
