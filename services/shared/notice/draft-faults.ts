import type { ErrorObject } from 'ajv';
import type { Detail } from '../kernel/errors.js';
import { validators } from './generated/draft-validators.js';
import { locate } from './locate.js';

/** A fault in a draft; where it stands is worked out for those that are told. */
export interface Fault {
  /** The same for faults of one place. It may hold names that nobody may be shown. */
  readonly key: string;
  readonly tell: () => Detail;
}

/** No list or object that a schema allows has more members. */
const MAX_INSIDE = 256;
/** Ten times what people write. */
const MAX_VALUES = 1_000;

/** True for a draft so large that to look for all that is wrong with it could take a hundred times as long. */
export function isCrowded(draft: unknown): boolean {
  let values = 0;
  const isMuch = (value: unknown): boolean => {
    values += 1;
    if (typeof value !== 'object' || value === null) return values > MAX_VALUES;
    const inside: readonly unknown[] = Object.values(value);
    return inside.length > MAX_INSIDE || inside.some(isMuch);
  };
  return isMuch(draft);
}

/** Every place where a draft is not as these schemas say, in the order of the places; of one place the first schema's comes first. */
export function schemaFaults(names: readonly string[], draft: unknown): readonly Fault[] {
  const errors = names.flatMap((name) => errorsOf(name, draft));
  const telling = meant(errors);
  // Whatever says the same twice is left out, a draft with an error is never one without a fault.
  const told = telling.length > 0 ? telling : errors;
  const faults = told.map((error) => ({ key: keyOf(error), tell: () => locate(error) }));
  return faults.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}

function errorsOf(name: string, draft: unknown): readonly ErrorObject[] {
  const check = validators[`${name}.schema.json`];
  if (check === undefined) throw new Error(`no schema \`${name}\``);
  return check(draft) ? [] : (check.errors ?? []);
}

function keyOf({ instancePath, params }: ErrorObject): string {
  const { missingProperty, additionalProperty } = params as Partial<Record<string, string>>;
  const name = missingProperty ?? additionalProperty;
  return name === undefined ? instancePath : `${instancePath}/${name}`;
}

/** A choice is told, and not why each of its branches failed; where something deeper failed, that alone. */
function meant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const outside = errors.filter(({ keyword, schemaPath }) => keyword !== 'if' && !isBranch(schemaPath));
  const hasDeeper = ({ instancePath }: ErrorObject): boolean =>
    outside.some((other) => other.instancePath.startsWith(`${instancePath}/`));
  return outside.filter((error) => !isChoice(error) || !hasDeeper(error));
}

/** What failed inside a choice at its own place. A branch that refers elsewhere fails under another path. */
const isBranch = (schemaPath: string): boolean => /\/(?:anyOf\/\d+|contains)\//.test(schemaPath);

/** Where one of several members is expected, what is wrong in another says nothing of that. */
function isChoice({ keyword, schema }: ErrorObject): boolean {
  const isOfNames =
    Array.isArray(schema) && schema.every((branch) => Object.hasOwn(Object(branch), 'required'));
  return keyword === 'contains' || (keyword === 'anyOf' && !isOfNames);
}
