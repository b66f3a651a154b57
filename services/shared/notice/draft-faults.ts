import type { ErrorObject } from 'ajv';
import type { Detail } from '../kernel/errors.js';
import { validators } from './generated/draft-validators.js';
import { locate } from './locate.js';

/** A fault in a draft. Its place and message are computed only if it is reported. */
export interface Fault {
  /** Equal for faults of one place. May contain names that must not be shown. */
  readonly key: string;
  readonly tell: () => Detail;
}

/** More than any list or object that a schema allows. */
const MAX_INSIDE = 256;
/** Ten times as many values as drafts have in practice. */
const MAX_VALUES = 1_000;

/** True for a draft so large that collecting all its faults could take a hundred times as long as finding the first. */
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

/** Returns all faults of a draft against the named schemas, ordered by place; for one place, the first schema's fault is first. */
export function schemaFaults(names: readonly string[], draft: unknown): readonly Fault[] {
  const errors = names.flatMap((name) => errorsOf(name, draft));
  const telling = meant(errors);
  // Falls back to all errors, so that a draft with an error always has a fault.
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

/** Drops the errors of each branch of a choice in favour of the choice, and the choice in favour of deeper errors. */
function meant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const outside = errors.filter(({ keyword, schemaPath }) => keyword !== 'if' && !isBranch(schemaPath));
  const hasDeeper = ({ instancePath }: ErrorObject): boolean =>
    outside.some((other) => other.instancePath.startsWith(`${instancePath}/`));
  return outside.filter((error) => !isChoice(error) || !hasDeeper(error));
}

/** True for an error inside a branch of a choice, at the place of the choice. */
const isBranch = (schemaPath: string): boolean => /\/(?:anyOf\/\d+|contains)\//.test(schemaPath);

/** True for a choice, except one that only requires one of several members. */
function isChoice({ keyword, schema }: ErrorObject): boolean {
  const isOfNames =
    Array.isArray(schema) && schema.every((branch) => Object.hasOwn(Object(branch), 'required'));
  return keyword === 'contains' || (keyword === 'anyOf' && !isOfNames);
}
