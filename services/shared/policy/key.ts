import type { Attributes } from '../notice/attributes.js';
import type { Reads } from './reads.js';
import type { AttributeShape } from './schema.js';

/**
 * The part of a notice that rules read, as one number: two notices with the same key get the same answer. Sets are
 * bits, so their order is free; an absent word is 0 and an empty set no bits, so they differ. Numbers instead of joined
 * words: no word can imitate a separator. Undefined when a word is in no vocabulary: such a notice must not meet
 * another's answer.
 */
export type Key = (attributes: Attributes) => bigint | undefined;

interface Digit {
  /** Undefined for a word outside the vocabulary. */
  readonly encode: (value: unknown) => bigint | undefined;
  readonly bits: bigint;
  readonly path: readonly string[];
}

/** A key over what `reads` names; a read of the whole notice (path ``) takes every attribute. */
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

/** A read of a record is a read of everything in it. */
export function readsOf(path: string, reads: Reads): 'all' | ReadonlySet<string> | undefined {
  const above = path.split('.').map((_, index, parts) => parts.slice(0, index).join('.'));
  return above.some((record) => reads.has(record)) ? 'all' : reads.get(path);
}

function valueAt(attributes: Attributes, path: readonly string[]): unknown {
  let value: unknown = attributes;
  for (const name of path) value = (value as Readonly<Record<string, unknown>>)[name];
  return value;
}

function digitOf(attribute: AttributeShape, reads: 'all' | ReadonlySet<string> | undefined): Digit {
  const path = attribute.path.split('.');
  if (attribute.form === 'flag') {
    const encode = (value: unknown) => (typeof value === 'boolean' ? (value && reads ? 1n : 0n) : undefined);
    return { encode, bits: reads ? 1n : 0n, path };
  }
  const kept = attribute.words.filter((word) => reads === 'all' || reads?.has(word));
  return attribute.form === 'set'
    ? setDigit(attribute, kept, path)
    : wordDigit(attribute, kept, { path, reads });
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

/** 0 absent, 1 any word that no rule names, from 2 on the named ones. */
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
