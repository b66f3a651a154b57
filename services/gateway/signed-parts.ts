import { fail } from '../shared/kernel/errors.js';
import { isJsonObject, type JsonObject } from '../shared/kernel/json-object.js';
import { frames, type SignedSet } from '../shared/wire/frames.js';

/** A signed set as bytes for the database: the exact statement and leaves, in the form of a record. */
export function packSet(set: SignedSet): Uint8Array {
  return frames.record.encode({ statement: set, receipts: [] });
}

export function unpackSet(bytes: Uint8Array): SignedSet {
  const { statement } = frames.record.decode(bytes);
  if (statement) return statement;
  throw fail('internal', 'a stored statement is missing');
}

/** Frames carry their signed set always; throws `frame-unreadable` for one that does not. */
export function required(set: SignedSet | null | undefined): SignedSet {
  if (set) return set;
  throw fail('frame-unreadable', 'a frame has no statement');
}

/** A value of something signed, before its members are looked at. Throws `token-malformed`. */
export function partOf(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw fail('token-malformed', 'a part is not an object');
}
