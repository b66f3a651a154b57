import type { ErrorObject, ValidateFunction } from 'ajv';
import { type Detail, fail } from '../kernel/errors.js';
import { validators } from './generated/validators.js';
import { locate } from './locate.js';

/**
 * Validates a value against a schema. Throws `schema-invalid` with the JSON pointer and what was expected there, never the
 * content of a section. With `at`, the value is validated against that part of the schema.
 */
export function validate(name: string, value: unknown, at: '' | '/header' = ''): void {
  const detail = firstFault(name, value, at);
  if (detail === undefined) return;
  const where = detail.path === '' ? '' : `\`${detail.path}\`: `;
  throw fail('schema-invalid', `${where}${detail.message}`, [detail]);
}

/** Returns the fault that `validate` throws; undefined for a valid value. */
export function firstFault(name: string, value: unknown, at: '' | '/header' = ''): Detail | undefined {
  const check = checkOf(at === '' ? `${name}.schema.json` : `${name}.schema.json#/properties${at}`);
  return check(value) ? undefined : locate(decisive(check.errors ?? []), at);
}

/** True if the value matches one definition of a schema, for example a single section. */
export function conforms(reference: string, value: unknown): boolean {
  return checkOf(reference)(value);
}

/** Finds a validator that ajv compiled from `proto/schema` when the tree was generated (docs/adr/0012). */
function checkOf(reference: string): ValidateFunction {
  const check = validators[reference];
  if (check === undefined) throw new Error(`no schema \`${reference}\``);
  return check;
}

/** Returns the error deepest in the value, which belongs to the intended branch of a choice; of equals, the choice itself. */
function decisive(errors: readonly ErrorObject[]): ErrorObject {
  const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;
  const most = Math.max(...errors.map(depth));
  const deepest = errors.filter((error) => depth(error) === most);
  const [first] = deepest;
  const chosen = deepest.find(({ keyword }) => keyword === 'anyOf') ?? first;
  if (chosen === undefined) throw new Error('a value failed without an error');
  return chosen;
}
