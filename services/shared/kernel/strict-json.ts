import { isUtf8 } from 'node:buffer';
import { fail, type LiaisonError } from './errors.js';
import {
  jsonFaultIn,
  isForbiddenKey,
  isLossyNumber,
  isUnsoundString,
  type JsonLimits,
} from './json-fault.js';

const LIMITS: JsonLimits = { bytes: 262_144, depth: 16, nodes: 5_000 };

/**
 * Parses JSON that every parser reads alike (RFC 8259 section 4, RFC 7493). Throws `json-malformed` for broken grammar or
 * UTF-8, and `json-hostile` for duplicate keys, prototype names, lone surrogates, NUL, `-0`, numbers that lose digits and
 * anything beyond the limits. Both name line and column, never content.
 *
 * `JSON.parse` does the parsing; a walk over its result and a count of the keys in the text find the faults
 * that it accepts. The slow scan, which locates the fault, runs only if one of them finds something.
 */
export function parseStrictJson(source: string | Uint8Array, limits: JsonLimits = LIMITS): unknown {
  const text = readText(source, limits);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw jsonFaultIn(text, limits) ?? unlocated('json-malformed');
  }
  const walk: Walk = { nodes: 0, keys: 0, careful: needsCare(text), limits };
  if (!isSound(value, 1, walk)) throw jsonFaultIn(text, limits) ?? unlocated('json-hostile');
  if (walk.keys === keysIn(text)) return value;
  // A repeated key is in the text twice and in the value once. `":` inside a string is counted too: only a
  // scan can tell.
  const fault = jsonFaultIn(text, limits);
  if (fault !== undefined) throw fault;
  return value;
}

function unlocated(code: 'json-malformed' | 'json-hostile'): LiaisonError {
  return fail(code, 'not acceptable as JSON');
}

function readText(source: string | Uint8Array, limits: JsonLimits): string {
  const bytes = typeof source === 'string' ? Buffer.byteLength(source) : source.length;
  if (bytes > limits.bytes) throw fail('json-hostile', `longer than ${limits.bytes} bytes`);
  if (typeof source !== 'string') {
    if (!isUtf8(source)) throw fail('json-malformed', 'not UTF-8');
    return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('utf8');
  }
  if (isUnsoundString(source)) throw fail('json-hostile', 'lone surrogate or NUL in the text');
  return source;
}

/**
 * True if the text may hold a forbidden key, or an unsound string, which can only be an escape at this point.
 */
function needsCare(text: string): boolean {
  return text.includes('\\u') || text.includes('proto') || text.includes('constructor');
}

interface Walk {
  nodes: number;
  keys: number;
  readonly careful: boolean;
  readonly limits: JsonLimits;
}

function isSound(value: unknown, depth: number, walk: Walk): boolean {
  walk.nodes += 1;
  if (walk.nodes > walk.limits.nodes) return false;
  if (typeof value === 'string') return !walk.careful || !isUnsoundString(value);
  if (typeof value === 'number') return !isLossyNumber(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth > walk.limits.depth) return false;
  if (Array.isArray(value)) return areSound(value, depth + 1, walk);
  const keys = Object.keys(value);
  walk.keys += keys.length;
  if (walk.careful && keys.some((key) => isForbiddenKey(key) || isUnsoundString(key))) return false;
  return areSound(Object.values(value), depth + 1, walk);
}

/** A plain loop, because it runs over every value that is read. */
function areSound(values: readonly unknown[], depth: number, walk: Walk): boolean {
  for (const value of values) if (!isSound(value, depth, walk)) return false;
  return true;
}

const COLON = 58;
const QUOTE = 34;
const SPACE = 32;

/** Counts colons that follow a quotation mark. Every key has one, so the count is never too low. */
function keysIn(text: string): number {
  return SPACED.test(text) ? spacedKeysIn(text) : occurrences(text, '":');
}

/** White space after a quotation mark, as is allowed between a key and its colon. */
const SPACED = /"[ \t\n\r]/;

function occurrences(text: string, word: string): number {
  let count = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) count += 1;
  return count;
}

function spacedKeysIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (before > 0 && text.charCodeAt(before) <= SPACE && text.charCodeAt(before) !== COLON) before -= 1;
    if (text.charCodeAt(before) === QUOTE) count += 1;
  }
  return count;
}
