import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { SECTIONS, type Section } from '../notice/kinds.js';
import { digest, randomSalt } from './digest.js';

/** The name of a disclosure: a section, or `routing`, which only the router receives. */
export type DisclosureName = Section | 'routing';

/** The object property that a disclosure discloses, with the text of the disclosure: its exact base64url form. */
export interface NamedValue {
  readonly name: DisclosureName;
  readonly value: unknown;
  readonly text: string;
}

/** A disclosure of RFC 9901 section 4.2.1, with the digest of its text. */
export interface Disclosure extends NamedValue {
  readonly digest: string;
}

const NAMES: ReadonlySet<string> = new Set<DisclosureName>([...SECTIONS, 'routing']);
/** At least 128 bits (RFC 9901 section 9.3); the salts issued here have exactly 128. */
const SALT = /^[A-Za-z0-9_-]{22,86}$/;

/** Creates a disclosure with a new salt. */
export function makeDisclosure(name: DisclosureName, value: unknown): Disclosure {
  const json = JSON.stringify([encodeBase64url(randomSalt()), name, value]);
  const text = encodeBase64url(Buffer.from(json));
  return { name, value, text, digest: digest(text) };
}

/** Reads a disclosure and hashes it. Throws as `readNamedValue` does. */
export function readDisclosure(text: string): Disclosure {
  return { ...readNamedValue(text), digest: digest(text) };
}

/**
 * Reads a disclosure. Throws `token-malformed`, `json-…`, or `disclosure-invalid`. Only names of sections pass, so that none
 * can override a claim, `_sd` or `...` (RFC 9901 section 7.1 step 3).
 */
export function readNamedValue(text: string): NamedValue {
  const triple = parseStrictJson(decodeBase64url(text));
  if (!Array.isArray(triple) || triple.length !== 3)
    throw fail('disclosure-invalid', 'a disclosure is not a triple');
  const [salt, name, value] = triple as readonly unknown[];
  if (typeof salt !== 'string' || !SALT.test(salt))
    throw fail('disclosure-invalid', 'a disclosure has no proper salt');
  if (typeof name !== 'string' || !NAMES.has(name)) {
    throw fail('disclosure-invalid', 'a disclosure is not of a section');
  }
  return { name: name as DisclosureName, value, text };
}
