import { Ajv } from 'ajv';
import { signWithNkey, verifyWithNkey } from '../../bus/nkeys.js';
import { seconds } from '../../kernel/clock.js';
import { requireShape } from '../../kernel/closed-schema.js';
import { compileWhenUsed } from '../../kernel/compile-when-used.js';
import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { MAX_KEY_REQUEST_BYTES } from '../../wire/frame-limits.js';
import { decodeBase64url } from '../../kernel/base64url.js';
import { digest } from '../digest.js';
import type { DirectoryKey, ListedKeys } from '../directory-key.js';
import type { PrivateJwk } from '../jwk.js';
import { SKEW_S } from '../jws.js';
import { importProver, importVerifier } from '../keys.js';
import {
  type KeyProver,
  type ManySigned,
  manySignedSchema,
  requireSignatureOf,
  signingKids,
  signMany,
  type VerifySignature,
} from '../many-signed.js';
import type { Typ } from '../parse-compact-jws.js';
import {
  askedIds,
  askedUse,
  type KeyRequestClaims,
  nextNkeyId,
  type NkeyWish,
  readKeyClaims,
  REPLACED_NKEY,
} from './key-request-claims.js';
import { signerIn } from './signer-in.js';

/** A request whose form and signatures verify; `judgeKeyRequest` says whether they are enough. */
export interface KeyRequest extends KeyRequestClaims {
  readonly use: ReturnType<typeof askedUse>;
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

interface NkeySeeds {
  readonly next?: string;
  readonly replaced?: string;
}

/** Signs a request with each of these keys, and with the nkeys of these seeds; returns its text. */
export async function signKeyRequest(
  claims: KeyRequestClaims,
  keys: readonly PrivateJwk[],
  { next, replaced }: NkeySeeds = {},
): Promise<string> {
  const provers = await Promise.all(
    keys.map(async (jwk) => ({ kid: jwk.kid, prove: await importProver(jwk) })),
  );
  const { wish } = claims;
  const nextId = nextNkeyId(wish.type === 'nkey' ? wish : {});
  const users = [nkeyProver(nextId, next), nkeyProver(REPLACED_NKEY, replaced)];
  return JSON.stringify(signMany(TYP, claims, [...provers, ...users.flat()]));
}

function nkeyProver(kid: string, seed: string | undefined): readonly KeyProver[] {
  return seed === undefined ? [] : [{ kid, prove: (bytes) => signWithNkey(seed, bytes) }];
}

const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isFile = compileWhenUsed<ManySigned>(ajv, manySignedSchema(MAX_KEY_REQUEST_BYTES, MAX_SIGNATURES));
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
  if (wish.type === 'nkey') await requireNkeyProofs(file, wish);
  const signers = kids.map((kid) => signerIn(directory, { kid, org: iss, now }));
  for (const { kid, verifier } of signers) await requireProof(file, kid, verifier.verify);
  return { ...claims, use, signers, text, digest: digest(text) };
}

/** The form of a request, no signature of which is verified. */
interface UnverifiedKeyRequest {
  readonly claims: KeyRequestClaims;
  readonly file: ManySigned;
  readonly use: KeyRequest['use'];
  /** The ids of the keys that signed it, once each; the key asked for and nkeys are not among them. */
  readonly kids: readonly string[];
}

/** Reads a request without its signatures. Throws as `openKeyRequest` does for the form. */
export function readKeyRequest(text: string): UnverifiedKeyRequest {
  if (text.length > MAX_KEY_REQUEST_BYTES)
    throw fail('oversize', `a key request of more than ${MAX_KEY_REQUEST_BYTES} bytes`);
  const file = requireShape('key request', parseStrictJson(text), isFile());
  const payload = parseStrictJson(decodeBase64url(file.payload));
  const claims = readKeyClaims(payload);
  const all = [...new Set(signingKids(file, TYP))];
  const own = askedIds(claims.wish);
  return { claims, file, kids: all.filter((kid) => !own.includes(kid)), use: askedUse(claims) };
}

function requireProof(file: ManySigned, kid: string, verify: VerifySignature): Promise<void> {
  return requireSignatureOf(file, { typ: TYP, kid, verify });
}

async function requireNkeyProofs(file: ManySigned, wish: NkeyWish): Promise<void> {
  const { nkey, replaces } = wish;
  const verifyBy = (key: string): VerifySignature => {
    return (signed, signature) => Promise.resolve(verifyWithNkey(key, Buffer.from(signed), signature));
  };
  await requireProof(file, nextNkeyId(wish), verifyBy(nkey));
  if (replaces !== undefined) await requireProof(file, REPLACED_NKEY, verifyBy(replaces));
}

function requireFresh({ iat, wish }: KeyRequestClaims, now: Date): void {
  const latest = Math.max(iat, wish.type === 'revoke' ? wish.since : 0);
  if (latest > seconds(now) + SKEW_S)
    throw fail('issued-in-future', 'the key request is dated more than two minutes in the future');
  if (iat + VALID_S <= seconds(now))
    throw fail('expired', 'the key request is older than 7 days: make a new one');
}
