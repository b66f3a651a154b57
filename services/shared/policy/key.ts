import { isJsonObject } from '../kernel/json-object.js';
import type { Attributes } from '../notice/attributes.js';
import type { Reads } from './reads.js';
import type { AttributeShape } from './schema.js';

/**
 * Returns what rules read of a notice as one number: notices with the same key get the same answer. A set is encoded as
 * bits, so its order does not matter; an absent word is 0 and differs from every word. A number, unlike joined words,
 * has no separator that a word could contain. Undefined when a word is in no vocabulary: such a notice must not get a
 * cached answer.
 */
export type Key = (attributes: Attributes) => bigint | undefined;

interface Digit {
  /** Returns undefined for a word outside the vocabulary. */
  readonly encode: (value: unknown) => bigint | undefined;
  readonly bits: bigint;
  readonly path: readonly string[];
}

/**
 * Returns a key over the attributes and words in `reads`; a read of the whole notice (path ``) covers every attribute.
 */
export function createKey(shape: readonly AttributeShape[], reads: Reads): Key {
  const digits = shape.map((attribute) => digitOf(attribute, readsOf(attribute.path, reads)));
  return (attributes) => {
    let key = 0n;
    for (const { encode, bits, path } of digits) {
      const digit = encode(valueAt(attributes, path));
      if (digit === undefined) return undefined;
      if (bits > 0n) key = (key << bits) | digit;
    }
    return key;
  };
}

/** Returns what is read of an attribute; a read of a record is a read of everything in it. */
export function readsOf(path: string, reads: Reads): 'all' | ReadonlySet<string> | undefined {
  const above = path.split('.').map((_, index, parts) => parts.slice(0, index).join('.'));
  return above.some((record) => reads.has(record)) ? 'all' : reads.get(path);
}

/** Returns the value at a path of attributes; undefined where it is absent. */
export function valueAt(attributes: Attributes, path: readonly string[]): unknown {
  let value: unknown = attributes;
  // A record that the schema makes optional may be absent.
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined;
  return value;
}

function digitOf(attribute: AttributeShape, reads: 'all' | ReadonlySet<string> | undefined): Digit {
  const path = attribute.path.split('.');
  if (attribute.form === 'flag') return orAbsent(flagDigit(path, reads !== undefined), { attribute, reads });
  const kept = attribute.words.filter((word) => reads === 'all' || reads?.has(word));
  return attribute.form === 'set'
    ? orAbsent(setDigit(attribute, kept, path), { attribute, reads })
    : wordDigit(attribute, kept, { path, reads });
}

function flagDigit(path: readonly string[], isRead: boolean): Digit {
  const encode = (value: unknown) => (typeof value === 'boolean' ? (value && isRead ? 1n : 0n) : undefined);
  return { encode, bits: isRead ? 1n : 0n, path };
}

interface AttributeReads {
  readonly attribute: AttributeShape;
  readonly reads: 'all' | ReadonlySet<string> | undefined;
}

/** Returns the digit with one more value, 0 for an attribute that is absent, if it may be. */
function orAbsent(digit: Digit, { attribute, reads }: AttributeReads): Digit {
  if (!attribute.optional) return digit;
  const present = reads === undefined ? 0n : 1n << digit.bits;
  const encode = (value: unknown): bigint | undefined => {
    if (value === undefined || value === null) return 0n;
    const inner = digit.encode(value);
    return inner === undefined ? undefined : inner | present;
  };
  return { encode, bits: digit.bits + (reads === undefined ? 0n : 1n), path: digit.path };
}

function setDigit({ words }: AttributeShape, kept: readonly string[], path: readonly string[]): Digit {
  const bitOf = new Map(words.map((word) => [word, 0n]));
  for (const [index, word] of kept.entries()) bitOf.set(word, 1n << BigInt(index));
  const encode = (value: unknown): bigint | undefined => {
    if (!Array.isArray(value)) return undefined;
    let digit = 0n;
    for (const word of value) {
      const bit = bitOf.get(word);
      if (bit === undefined) return undefined;
      digit |= bit;
    }
    return digit;
  };
  return { encode, bits: BigInt(kept.length), path };
}

interface WordReads {
  readonly path: readonly string[];
  readonly reads: 'all' | ReadonlySet<string> | undefined;
}

/** Encodes a word: 0 absent, 1 any word that no rule names, 2 and up the named words. */
function wordDigit(
  { words, optional }: AttributeShape,
  kept: readonly string[],
  { path, reads }: WordReads,
): Digit {
  const rest = reads === undefined ? 0n : 1n;
  const codeOf = new Map(words.map((word) => [word, rest]));
  for (const [index, word] of kept.entries()) codeOf.set(word, BigInt(index + 2));
  const bits = reads === undefined ? 0n : BigInt((kept.length + 1).toString(2).length);
  const encode = (value: unknown): bigint | undefined => {
    if (value === undefined || value === null) return optional ? 0n : undefined;
    return codeOf.get(String(value));
  };
  return { encode, bits, path };
}
