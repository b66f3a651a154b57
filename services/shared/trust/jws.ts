import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import { isJsonObject } from '../kernel/json-object.js';
import type { JsonLimits } from '../kernel/json-fault.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { DirectoryKey } from './directory-key.js';
import { readFront, type Typ } from './parse-compact-jws.js';
import type { Signer } from './keys.js';
import type { KeyUse } from './kid.js';

export type { Typ } from './parse-compact-jws.js';

/** The claims of a JWS, parsed after its signature was verified. */
export type Claims = Readonly<Record<string, unknown>>;

/** What a caller expects of a token. */
export interface Expected {
  readonly typ: Typ;
  readonly use: KeyUse;
  readonly key: (kid: string) => DirectoryKey | undefined;
  readonly now: Date;
  /** When it was first recorded; a key revoked after that is still accepted. Absent if it is not recorded yet. */
  readonly recorded?: Date;
  /** The end that a later extension set; replaces the token's own `exp`. */
  readonly lifeEnd?: Date;
  /** Absent: any organisation. The issuer must be the key's owner in any case. */
  readonly issuer?: string;
  readonly audience?: string;
  /** Limits of the payload; absent: the usual limits of `parseStrictJson`. */
  readonly limits?: JsonLimits;
}

/** Verified claims and the key that signed them. */
export interface VerifiedJws {
  readonly payload: Claims;
  readonly key: DirectoryKey;
}

/** Tolerated difference of two clocks in seconds. There is no bound for old tokens: an outbox may be old. */
export const SKEW_S = 120;

/** Signs claims as a compact JWS. Its bytes are stored and forwarded as they are, never encoded again. */
export function signJws(typ: Typ, payload: Claims, signer: Signer): Promise<string> {
  return signer.sign(typ, Buffer.from(JSON.stringify(payload)));
}

/**
 * Verifies a compact JWS: form, key, signature, and only then the payload. Throws `token-malformed`, `key-unknown`, `key-invalid` (another
 * use), `key-revoked`, `signature-invalid`, `json-…`, `issued-in-future`, `key-not-yet-valid`, `key-expired`,
 * `expired`, `issuer-mismatch`, `audience-mismatch`; errors about a key name its `kid`.
 */
export async function verifyJws(token: string, expected: Expected): Promise<VerifiedJws> {
  const front = readFront(token, expected.typ);
  const key = findKey(front.kid, expected);
  if (!(await key.verifier.verify(front.signed, front.signature))) {
    throw fail('signature-invalid', `signature does not verify with key \`${key.kid}\``);
  }
  const payload = readClaims(front.payload, expected.limits);
  checkTimes(payload, key, expected);
  checkParties(payload, key, expected);
  return { payload, key };
}

function findKey(kid: string, { key: find, use, now, recorded = now }: Expected): DirectoryKey {
  const key = find(kid);
  if (key === undefined) throw fail('key-unknown', `key \`${kid}\` is not in the directory`);
  if (key.use !== use) throw fail('key-invalid', `key \`${kid}\` is for \`${key.use}\`, not for \`${use}\``);
  if (key.revokedAt !== undefined && key.revokedAt <= recorded) {
    throw fail('key-revoked', `key \`${kid}\` was revoked`);
  }
  return key;
}

function readClaims(bytes: Uint8Array, limits?: JsonLimits): Claims {
  const claims = parseStrictJson(bytes, limits);
  if (isJsonObject(claims)) return claims as Claims;
  throw fail('token-malformed', 'payload is not an object');
}

/** Requires a key that was valid when it signed; it may have expired since (docs/architecture.md#clock-skew). */
function checkTimes(
  { iat, exp }: Claims,
  key: DirectoryKey,
  { now, lifeEnd }: Pick<Expected, 'now' | 'lifeEnd'>,
): void {
  if (!isTime(iat) || (exp !== undefined && !isTime(exp))) {
    throw fail('token-malformed', '`iat` or `exp` is not in whole seconds');
  }
  if (iat > seconds(now) + SKEW_S)
    throw fail('issued-in-future', 'issued more than two minutes in the future');
  checkKeyDates(key, new Date(iat * 1000));
  const end = lifeEnd?.getTime() ?? (exp === undefined ? Number.POSITIVE_INFINITY : exp * 1000);
  if (end <= now.getTime()) throw fail('expired', 'expired');
}

/** A failure that dates which do not count yet would avoid is that of a key which is not known yet: the bytes are verified again. */
function checkKeyDates({ kid, notBefore, notAfter, proposed }: DirectoryKey, signedAt: Date): void {
  if (notBefore <= signedAt && signedAt <= notAfter) return;
  if (proposed !== undefined && proposed.notBefore <= signedAt && signedAt <= proposed.notAfter)
    throw fail('key-unknown', `the dates of key \`${kid}\` that cover its signature do not count yet`);
  throw signedAt < notBefore
    ? fail('key-not-yet-valid', `key \`${kid}\` was not valid yet when it signed`)
    : fail('key-expired', `key \`${kid}\` had expired when it signed`);
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function checkParties({ iss, aud }: Claims, key: DirectoryKey, expected: Expected): void {
  // The auditor signs in its own name with a key that the directory lists under the hub.
  const speaker = key.use === 'audit' ? 'auditor' : key.owner;
  if (iss !== speaker || (expected.issuer !== undefined && iss !== expected.issuer)) {
    throw fail('issuer-mismatch', `issuer is not the one expected of key \`${key.kid}\``);
  }
  if (expected.audience !== undefined && aud !== expected.audience) {
    throw fail('audience-mismatch', 'meant for another audience');
  }
}
