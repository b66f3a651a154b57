import { type Scalar, type Value } from '../value.js';

/** An operation on values; undefined is Cedar's evaluation error. */
export type ValueOperation = (left: Value, right: Value) => Value | undefined;

/** True for a Cedar set. */
export const isSetValue = (value: Value | undefined): value is ReadonlySet<Scalar> => value instanceof Set;

/** Returns the value when it is a flag; undefined, an error, for every other type. */
export const flag = (value: Value | undefined): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined;

/** True for an entity. Strings begin with a quote, records and sets in a set with a bracket. */
export const isEntity = (value: Value): value is string => typeof value === 'string' && !/^["[{]/.test(value);

/** Returns a value as an item of a set: a record or a set as its text, the same for equal values alone. */
export function itemOf(value: Value): Scalar {
  return typeof value === 'object' ? textOf(value) : value;
}

function textOf(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (isSetValue(value)) return `[${[...value].map(textOf).toSorted().join()}]`;
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${textOf(field)}`);
  return `{${fields.toSorted().join()}}`;
}

/** Values of different types are unequal, not an error (Cedar reference, `==`). */
function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (isSetValue(a) || isSetValue(b))
    return isSetValue(a) && isSetValue(b) && a.size === b.size && isWithin(a, b);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame(a[name], b[name]));
}

function isSame(a: Value | undefined, b: Value | undefined): boolean {
  return a !== undefined && b !== undefined && isEqual(a, b);
}

function isWithin(part: ReadonlySet<Scalar>, whole: ReadonlySet<Scalar>): boolean {
  for (const item of part) if (!whole.has(item)) return false;
  return true;
}

function meets(a: ReadonlySet<Scalar>, b: ReadonlySet<Scalar>): boolean {
  for (const item of a) if (b.has(item)) return true;
  return false;
}

/** Decides `a in b` for an entity or a set of entities: no entity has parents, so that each is in itself alone. */
export function isEntityIn(a: Value, b: Value): boolean | undefined {
  if (!isEntity(a)) return undefined;
  if (isEntity(b)) return a === b;
  return isSetValue(b) && [...b].every(isEntity) ? b.has(a) : undefined;
}

/** Decides `value is Type`; an error for anything but an entity. */
export function isOfType(value: Value, type: string): boolean | undefined {
  return isEntity(value) ? value.startsWith(`${type}::"`) : undefined;
}

/** Decides `text like "first*…*last"`, given the text between the wildcards; an error for anything but a string. */
export function isLike(value: Value, [first = '', ...others]: readonly string[]): boolean | undefined {
  if (typeof value !== 'string' || !value.startsWith('"')) return undefined;
  const text = value.slice(1, -1);
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

const LONG_BITS = 64;

/** Returns a Long; undefined, an error, when it overflows 64 bits. */
export function long(value: bigint): bigint | undefined {
  return BigInt.asIntN(LONG_BITS, value) === value ? value : undefined;
}

function onLongs(apply: (left: bigint, right: bigint) => Value | undefined): ValueOperation {
  return (a, b) => (typeof a === 'bigint' && typeof b === 'bigint' ? apply(a, b) : undefined);
}

/** The operators that evaluate both operands, by their name in Cedar's JSON form. */
export const OPERATIONS: ReadonlyMap<string, ValueOperation> = new Map<string, ValueOperation>([
  ['==', isEqual],
  ['!=', (a, b) => !isEqual(a, b)],
  ['in', isEntityIn],
  ['contains', (a, b) => (isSetValue(a) ? a.has(itemOf(b)) : undefined)],
  ['containsAll', (a, b) => (isSetValue(a) && isSetValue(b) ? isWithin(b, a) : undefined)],
  ['containsAny', (a, b) => (isSetValue(a) && isSetValue(b) ? meets(a, b) : undefined)],
  ['<', onLongs((a, b) => a < b)],
  ['<=', onLongs((a, b) => a <= b)],
  ['>', onLongs((a, b) => a > b)],
  ['>=', onLongs((a, b) => a >= b)],
  ['+', onLongs((a, b) => long(a + b))],
  ['-', onLongs((a, b) => long(a - b))],
  ['*', onLongs((a, b) => long(a * b))],
]);
