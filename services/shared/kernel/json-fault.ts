import { type Code, fail, type LiaisonError } from './errors.js';

/** Bounds on one JSON text: UTF-8 bytes, nesting, and values of every kind. */
export interface JsonLimits {
  readonly bytes: number;
  readonly depth: number;
  readonly nodes: number;
}

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const UNSOUND = /[\0\p{Surrogate}]/u;

/** True for member names that reach an object's prototype. */
export function isForbiddenKey(key: string): boolean {
  return FORBIDDEN.has(key);
}

/** True for text with NUL or lone surrogates (RFC 7493 section 2.1), which other parsers truncate, replace or refuse. */
export function isUnsoundString(text: string): boolean {
  return UNSOUND.test(text);
}

/** True for `-0`, infinities and integers beyond 2^53 (RFC 7493 section 2.2), which other parsers read as another number. */
export function isLossyNumber(value: number): boolean {
  return (
    Object.is(value, -0) ||
    !Number.isFinite(value) ||
    (Number.isInteger(value) && !Number.isSafeInteger(value))
  );
}

interface Scan {
  readonly text: string;
  readonly limits: JsonLimits;
  at: number;
  nodes: number;
}

/**
 * Returns the first fault in a JSON text, with its line and column; undefined for a sound text. Scans token by token and
 * is slow, so it runs only for texts that are about to be refused.
 */
export function jsonFaultIn(text: string, limits: JsonLimits): LiaisonError | undefined {
  const scan: Scan = { text, limits, at: 0, nodes: 0 };
  try {
    readValue(scan, 1);
    if (scan.at < text.length) throw malformed(scan);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.located(text);
    throw error;
  }
}

class Fault extends Error {
  readonly code: Code;
  readonly at: number;

  constructor(code: Code, at: number, what: string) {
    super(what);
    this.code = code;
    this.at = at;
  }

  located(text: string): LiaisonError {
    const before = text.slice(0, this.at).split('\n');
    const path = `${before.length}:${(before.at(-1) ?? '').length + 1}`;
    return fail(this.code, `${path}: ${this.message}`, [{ path, message: this.message }]);
  }
}

const malformed = ({ at, text }: Scan): Fault =>
  new Fault('json-malformed', at, at < text.length ? 'not JSON from here' : 'ends too early');
const hostile = (at: number, what: string): Fault => new Fault('json-hostile', at, what);

const SPACES = /[ \t\n\r]*/y;
// The character class is everything from the space upwards except `"` and `\`.
const STRING = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

function token(scan: Scan, grammar: RegExp): string | undefined {
  grammar.lastIndex = scan.at;
  const found = grammar.exec(scan.text)?.[0];
  if (found !== undefined) scan.at += found.length;
  return found;
}

function takes(scan: Scan, sign: string): boolean {
  token(scan, SPACES);
  if (scan.text[scan.at] !== sign) return false;
  scan.at += 1;
  token(scan, SPACES);
  return true;
}

function readValue(scan: Scan, depth: number): void {
  token(scan, SPACES);
  const start = scan.at;
  scan.nodes += 1;
  if (scan.nodes > scan.limits.nodes) throw hostile(start, `more than ${scan.limits.nodes} values`);
  const opening = scan.text[start];
  if (opening === '{' || opening === '[') {
    if (depth > scan.limits.depth) throw hostile(start, `deeper than ${scan.limits.depth} levels`);
    if (opening === '{') readObject(scan, depth);
    else readArray(scan, depth);
  } else if (opening === '"') {
    readString(scan);
  } else if (token(scan, WORD) === undefined) {
    const number = token(scan, NUMBER);
    if (number === undefined) throw malformed(scan);
    if (isLossyNumber(Number(number))) throw hostile(start, 'a number that other readers may change');
  }
  token(scan, SPACES);
}

function readArray(scan: Scan, depth: number): void {
  takes(scan, '[');
  if (takes(scan, ']')) return;
  do readValue(scan, depth + 1);
  while (takes(scan, ','));
  if (!takes(scan, ']')) throw malformed(scan);
}

function readObject(scan: Scan, depth: number): void {
  const seen = new Set<string>();
  takes(scan, '{');
  if (takes(scan, '}')) return;
  do {
    const start = scan.at;
    const key = readString(scan);
    if (isForbiddenKey(key)) throw hostile(start, 'a name that reaches the prototype');
    if (seen.has(key)) throw hostile(start, 'duplicate key');
    seen.add(key);
    if (!takes(scan, ':')) throw malformed(scan);
    readValue(scan, depth + 1);
  } while (takes(scan, ','));
  if (!takes(scan, '}')) throw malformed(scan);
}

function readString(scan: Scan): string {
  const start = scan.at;
  const found = token(scan, STRING);
  if (found === undefined) throw malformed(scan);
  const value = JSON.parse(found) as string;
  if (isUnsoundString(value)) throw hostile(start, 'lone surrogate or NUL');
  return value;
}
