import { fail } from '../shared/kernel/errors.js';
import { isJsonObject, type JsonObject } from '../shared/kernel/json-object.js';

/** A value of something signed, before its members are looked at. Throws `token-malformed`. */
export function partOf(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw fail('token-malformed', 'a part is not an object');
}
