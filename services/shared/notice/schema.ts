import type { ErrorObject, ValidateFunction } from 'ajv';
import { type Detail, fail } from '../kernel/errors.js';
import { validators } from './generated/validators.js';
import { locate } from './locate.js';

/**
 * Throws `schema-invalid` with the JSON pointer and what was expected there; never what a section says. With `at`,
 * the value is what stands there, and is held to that part of the schema.
 */
export function validate(name: string, value: unknown, at: '' | '/header' = ''): void {
  const detail = firstFault(name, value, at);
  if (detail === undefined) return;
  const where = detail.path === '' ? '' : `\`${detail.path}\`: `;
  throw fail('schema-invalid', `${where}${detail.message}`, [detail]);
}

/** What `validate` throws with. */
export function firstFault(name: string, value: unknown, at: '' | '/header' = ''): Detail | undefined {
  const check = checkOf(at === '' ? `${name}.schema.json` : `${name}.schema.json#/properties${at}`);
  return check(value) ? undefined : locate(decisive(check.errors ?? []), at);
}

/** True when the whole value is what one definition of a schema says: a section alone. */
export function conforms(reference: string, value: unknown): boolean {
  return checkOf(reference)(value);
}

/** Made by ajv from `proto/schema` when the tree is generated. */
function checkOf(reference: string): ValidateFunction {
  const check = validators[reference];
  if (check === undefined) throw new Error(`no schema \`${reference}\``);
  return check;
}

/** The failure that is deepest in the value: of several branches, the one that was meant. Of equals the choice itself. */
function decisive(errors: readonly ErrorObject[]): ErrorObject {
  const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;
  const most = Math.max(...errors.map(depth));
  const deepest = errors.filter((error) => depth(error) === most);
  const [first] = deepest;
  const chosen = deepest.find(({ keyword }) => keyword === 'anyOf') ?? first;
  if (chosen === undefined) throw new Error('a value failed without an error');
  return chosen;
}
