import { fail } from '../shared/kernel/errors.js';
import { isJsonObject, type JsonObject } from '../shared/kernel/json-object.js';
import { frames, type SignedSet } from '../shared/wire/frames.js';

/** Encodes a signed set for the database, as a record with the exact statement and leaves. */
export function packSet(set: SignedSet): Uint8Array {
  return frames.record.encode({ statement: set, receipts: [] });
}

/** Decodes what `packSet` encoded; throws `internal` when it holds no statement. */
export function unpackSet(bytes: Uint8Array): SignedSet {
  const { statement } = frames.record.decode(bytes);
  if (statement) return statement;
  throw fail('internal', 'a stored statement is missing');
}

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
