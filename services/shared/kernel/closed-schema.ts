import type { ValidateFunction } from 'ajv';
import { fail } from './errors.js';

/** Returns the JSON schema of an object with these members and no others; all are required except those in `optional`. */
export function closed(
  properties: Readonly<Record<string, object>>,
  optional: readonly string[] = [],
): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

/** Returns a value that fits its schema. Throws `schema-invalid` with the place of the first fault; `what` names the file. */
export function requireShape<T>(what: string, value: unknown, validate: ValidateFunction<T>): T {
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  const path = error?.instancePath ?? '';
  const message = error?.message ?? 'does not fit';
  throw fail('schema-invalid', `${what}: \`${path}\` ${message}`, [{ path, message }]);
}
