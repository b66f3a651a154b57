import type { ValidateFunction } from 'ajv';
import { fail } from '../../shared/kernel/errors.js';

/** Returns a value that fits its schema. Throws `schema-invalid` with the place of the first fault; `what` names the file. */
export function requireShape<T>(what: string, value: unknown, validate: ValidateFunction<T>): T {
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  const path = error?.instancePath ?? '';
  const message = error?.message ?? 'does not fit';
  throw fail('schema-invalid', `${what}: \`${path}\` ${message}`, [{ path, message }]);
}
