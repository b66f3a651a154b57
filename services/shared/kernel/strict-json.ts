import { isUtf8 } from 'node:buffer';
import { fail } from './errors.js';
import { faultIn } from './json-fault.js';

/** Bounds on one JSON text: UTF-8 bytes, nesting, and values of every kind. */
export interface JsonLimits {
  readonly bytes: number;
  readonly depth: number;
  readonly nodes: number;
}

const LIMITS: JsonLimits = { bytes: 262_144, depth: 16, nodes: 5_000 };
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * JSON that every parser reads alike (RFC 8259 section 4 and 6, RFC 7493): throws `json-malformed` where the grammar or
 * UTF-8 is broken, `json-hostile` for duplicate keys, prototype names, lone surrogates, NUL, `-0`, numbers that
 * lose digits, and anything beyond the limits. Both name line and column, never content.
 *
 * `JSON.parse` does the work; a walk over its result and a count of keys in the text find what it lets pass. The
 * slow scan that names the place runs on refusal only.
 */
export function parseStrictJson(source: string | Uint8Array, limits: JsonLimits = LIMITS): unknown {
  const text = readText(source, limits);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw faultIn(text, limits);
  }
  const careful = needsCare(text);
  const walk: Walk = { nodes: 0, keys: 0, careful, limits };
  // A repeated key is in the text, but only once in the value; a colon inside a string only leads to the slow scan.
  const sound = isSound(value, 1, walk) && (walk.keys === keysIn(text) || !hasFault(text, limits));
  if (sound && (typeof source !== 'string' || !LONE_SURROGATE.test(text))) return value;
  throw faultIn(text, limits);
}

function hasFault(text: string, limits: JsonLimits): boolean {
  return faultIn(text, limits).message !== NO_FAULT;
}

function readText(source: string | Uint8Array, limits: JsonLimits): string {
  const bytes = typeof source === 'string' ? Buffer.byteLength(source) : source.length;
  if (bytes > limits.bytes) throw fail('json-hostile', `longer than ${limits.bytes} bytes`);
  if (typeof source === 'string') return source;
  if (!isUtf8(source)) throw fail('json-malformed', 'not UTF-8');
  return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('utf8');
}
