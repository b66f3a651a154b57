import { Ajv, type ValidateFunction } from 'ajv';
import { closed } from '../kernel/closed-schema.js';
import { type Detail, errorFrom, fail } from '../kernel/errors.js';
import type { JsonLimits } from '../kernel/json-fault.js';
import { MAX_MEMBERS } from '../kernel/ids.js';

/** The limits of a file of evidence: room for the reports on some hundred frames of a large federation. */
export const EVIDENCE_LIMITS: JsonLimits = { bytes: 32 * 1024 * 1024, depth: 10, nodes: 1_000_000 };

/** Compiles the schemas of evidence; the first fault is reported. */
export const evidenceAjv = new Ajv({
  strict: true,
  allErrors: false,
  ownProperties: true,
  validateSchema: false,
  allowUnionTypes: true,
});

const LONGEST_PATH = 32;
const index = { type: 'integer', minimum: 0, maximum: 2 ** 31 };
/** Base64url, of any length that a frame can hold. */
const bytes = { type: 'string', maxLength: 1_500_000 };
const hash = { type: 'string', minLength: 43, maxLength: 43 };
/** Of 16 bytes. */
const salt = { type: 'string', minLength: 22, maxLength: 22 };
const path = { type: 'array', maxItems: LONGEST_PATH, items: hash };

const shownSet = {
  statement: { type: 'string', maxLength: 400_000 },
  parts: {
    type: 'array',
    maxItems: 3 * MAX_MEMBERS + 64,
    items: closed({ index, salt, part: bytes, path }),
  },
};

/** JSON schemas that packs and convictions share. */
export const evidenceSchemas = {
  index,
  bytes,
  hash,
  path,
  org: { type: 'string', maxLength: 64 },
  /** A compact JWS, or an SD-JWT. */
  token: { type: 'string', minLength: 1, maxLength: 400_000 },
  salt,
  leaf: closed({ salt, part: bytes }),
  shownDirectory: closed({ ...shownSet, amendment: closed(shownSet) }, ['amendment']),
} as const;

/** Returns the schema of a value or null. */
export const nullable = (schema: object): object => ({ anyOf: [{ type: 'null' }, schema] });

/** Returns the schema of a list with at most this many items. */
export const boundedList = (items: object, maxItems: number, minItems = 0): object => ({
  type: 'array',
  minItems,
  maxItems,
  items,
});

/** The longest name of an unknown member that an error has; a stranger can write one as long as its file. */
const MAX_NAME = 64;

/** Requires a value to fit a schema. Throws `schema-invalid` with the place of the fault: `records[2].shown[0].salt`. */
export function requireForm<T>(value: unknown, isForm: ValidateFunction<T>): T {
  if (isForm(value)) return value;
  // With `anyOf` the fault of the alternative that goes deepest names the place.
  const [error] = (isForm.errors ?? []).toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  const { additionalProperty, missingProperty } = Object(error?.params) as Record<string, string | undefined>;
  const name = additionalProperty ?? missingProperty ?? '';
  const member = name.length > MAX_NAME ? '…' : name;
  const place = [placeOf(error?.instancePath ?? ''), member].filter(Boolean).join('.');
  const detail: Detail = { path: place, message: error?.message ?? 'does not fit' };
  throw fail('schema-invalid', `\`${detail.path}\` ${detail.message}`, [detail]);
}

/** Calls a parser of an id or a digest; its error gets the place of the value. */
export function at<T>(place: string, parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    throw fail(code, `\`${place}\`: ${message}`, [{ path: place, message }]);
  }
}

/** Converts a JSON pointer to a place as people write it. */
function placeOf(pointer: string): string {
  return pointer
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
    .replace(/^\./, '');
}
