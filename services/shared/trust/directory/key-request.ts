import { Ajv } from 'ajv';
import { seconds } from '../../kernel/clock.js';
import { closed, requireShape } from '../../kernel/closed-schema.js';
import { compileWhenUsed } from '../../kernel/compile-when-used.js';
import { fail } from '../../kernel/errors.js';
import { type OrgId, parseOrgId } from '../../kernel/ids.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { MAX_KEY_REQUEST_BYTES } from '../../wire/frame-limits.js';
import { oneLinePattern } from '../../wire/one-line-text.js';
import { decodeBase64url } from '../../kernel/base64url.js';
import { digest } from '../digest.js';
import {
  type DirectoryKey,
  isInForce,
  isOfOrganisation,
  isOfPerson,
  type ListedKeys,
} from '../directory-key.js';
import { parsePublicJwk, type PrivateJwk, type PublicJwk } from '../jwk.js';
import { SKEW_S } from '../jws.js';
import { importProver, importVerifier } from '../keys.js';
import { type KeyUse, parseKid } from '../kid.js';
import {
  type ManySigned,
  manySignedSchema,
  requireSignatureOf,
  signingKids,
  signMany,
  type VerifySignature,
} from '../many-signed.js';
import type { Typ } from '../parse-compact-jws.js';

/** What an organisation asks for: the listing of its next key of a use, or the revocation of a key. */
export type KeyWish =
  | {
      readonly type: 'next';
      readonly key: PublicJwk;
      /** Who holds an approver key. */
      readonly person?: string;
    }
  | {
      readonly type: 'revoke';
      readonly kid: string;
      /** Seconds since 1970: what the key asked for later is revoked with it. */
      readonly since: number;
    };

/** The claims of a request, as each key signs them. */
export interface KeyRequestClaims {
  readonly iss: OrgId;
  /** The federation. */
  readonly aud: string;
  readonly iat: number;
  readonly wish: KeyWish;
}

/** A request whose form and signatures verify; `judgeKeyRequest` says whether they are enough. */
export interface KeyRequest extends KeyRequestClaims {
  readonly use: KeyUse;
  /** The keys of the organisation, in force, that signed it; the key asked for is not among them. */
  readonly signers: readonly DirectoryKey[];
  /** The exact text, and its digest, which names the request and gives its words. */
  readonly text: string;
  readonly digest: string;
}

const TYP: Typ = 'key-request+jws';
const VALID_S = 7 * 86_400;
/** The key asked for, one of its use, and approvers. */
const MAX_SIGNATURES = 8;

/** Signs a request with each of these keys; returns its text. */
export async function signKeyRequest(claims: KeyRequestClaims, keys: readonly PrivateJwk[]): Promise<string> {
  const provers = await Promise.all(
    keys.map(async (jwk) => ({ kid: jwk.kid, prove: await importProver(jwk) })),
  );
  return JSON.stringify(signMany(TYP, claims, provers));
}

const KID = { type: 'string', maxLength: 64 };
const NUMBER = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const TEXT = { type: 'string', pattern: oneLinePattern(200) };
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isFile = compileWhenUsed<ManySigned>(ajv, manySignedSchema(MAX_KEY_REQUEST_BYTES, MAX_SIGNATURES));
const isClaims = compileWhenUsed<KeyRequestClaims>(
  ajv,
  closed({
    iss: TEXT,
    aud: TEXT,
    iat: NUMBER,
    wish: {
      oneOf: [
        closed({ type: { const: 'next' }, key: { type: 'object' }, person: TEXT }, ['person']),
        closed({ type: { const: 'revoke' }, kid: KID, since: NUMBER }),
      ],
    },
  }),
);

interface OpenParams {
  readonly directory: ListedKeys;
  readonly now: Date;
  /** The organisation that it must come from; any member by default. */
  readonly org?: OrgId;
}

/**
 * Reads a request and verifies each of its signatures by a key that is in force now. Throws `oversize`, `json-…`,
 * `schema-invalid`, `token-malformed`, `audience-mismatch`, `organisation-unknown`, `issuer-mismatch` for another organisation or its
 * key, `issued-in-future`, `expired` after 7 days, `key-invalid` for a wrong key, `key-unknown`, `key-revoked`, `key-expired`,
 * and `signature-invalid` also without the signature of the key asked for.
 */
export async function openKeyRequest(text: string, { directory, now, org }: OpenParams): Promise<KeyRequest> {
  const { claims, file, kids, use } = readKeyRequest(text);
  const { iss, aud, wish } = claims;
  if (org !== undefined && iss !== org)
    throw fail('issuer-mismatch', 'a key request of another organisation');
  if (aud !== directory.federation) throw fail('audience-mismatch', 'a key request for another federation');
  if (!directory.organisations.has(iss)) throw fail('organisation-unknown', `\`${iss}\` is not a member`);
  requireFresh(claims, now);
  if (wish.type === 'next') await requireProof(file, wish.key.kid, (await importVerifier(wish.key)).verify);
  const signers = kids.map((kid) => signerIn(directory, { kid, org: iss, now }));
  for (const { kid, verifier } of signers) await requireProof(file, kid, verifier.verify);
  return { ...claims, use, signers, text, digest: digest(text) };
}

/** The form of a request, no signature of which is verified. */
interface UnverifiedKeyRequest {
  readonly claims: KeyRequestClaims;
  readonly file: ManySigned;
  readonly use: KeyUse;
  /** The ids of the keys that signed it, once each; the key asked for is not among them. */
  readonly kids: readonly string[];
}

/** Reads a request without its signatures. Throws as `openKeyRequest` does for the form. */
export function readKeyRequest(text: string): UnverifiedKeyRequest {
  if (text.length > MAX_KEY_REQUEST_BYTES)
    throw fail('oversize', `a key request of more than ${MAX_KEY_REQUEST_BYTES} bytes`);
  const file = requireShape('key request', parseStrictJson(text), isFile());
  const payload = parseStrictJson(decodeBase64url(file.payload));
  const claims = readClaims(requireShape('key request', payload, isClaims()));
  const { wish } = claims;
  const asked = wish.type === 'next' ? wish.key.kid : wish.kid;
  const all = [...new Set(signingKids(file, TYP))];
  const kids = wish.type === 'next' ? all.filter((kid) => kid !== asked) : all;
  return { claims, file, kids, use: parseKid(asked).use };
}

function requireProof(file: ManySigned, kid: string, verify: VerifySignature): Promise<void> {
  return requireSignatureOf(file, { typ: TYP, kid, verify });
}

/** Parses the key that is asked for or revoked: one of the organisation, and of its uses. */
function readClaims(claims: KeyRequestClaims): KeyRequestClaims {
  const { wish } = claims;
  const iss = parseOrgId(claims.iss);
  const kid = wish.type === 'next' ? parsePublicJwk(wish.key).kid : wish.kid;
  const { owner, use } = parseKid(kid);
  if (owner !== iss) throw fail('issuer-mismatch', `key \`${kid}\` is not of \`${iss}\``);
  if (!isOfOrganisation(use)) throw fail('key-invalid', `key \`${kid}\` is not for a use of a member`);
  if (wish.type === 'next' && isOfPerson(use) !== (wish.person !== undefined))
    throw fail('key-invalid', `key \`${kid}\`: a key names a person exactly if a person holds it`);
  return { ...claims, iss };
}

function requireFresh({ iat, wish }: KeyRequestClaims, now: Date): void {
  const latest = Math.max(iat, wish.type === 'revoke' ? wish.since : 0);
  if (latest > seconds(now) + SKEW_S)
    throw fail('issued-in-future', 'the key request is dated more than two minutes in the future');
  if (iat + VALID_S <= seconds(now))
    throw fail('expired', 'the key request is older than 7 days: make a new one');
}

interface SignerParams {
  readonly kid: string;
  readonly org: OrgId;
  readonly now: Date;
}

/** Finds a key that may sign requests now: of this organisation and in force. */
function signerIn(directory: ListedKeys, { kid, org, now }: SignerParams): DirectoryKey {
  const key = directory.key(kid);
  if (key === undefined) throw fail('key-unknown', `key \`${kid}\` is not in the directory`);
  if (key.owner !== org) throw fail('issuer-mismatch', `key \`${kid}\` is not of \`${org}\``);
  if (isInForce(key, now)) return key;
  if (key.revokedAt !== undefined && key.revokedAt <= now)
    throw fail('key-revoked', `key \`${kid}\` was revoked`);
  throw key.notBefore > now
    ? fail('key-not-yet-valid', `key \`${kid}\` is not valid yet`)
    : fail('key-expired', `key \`${kid}\` has expired`);
}
