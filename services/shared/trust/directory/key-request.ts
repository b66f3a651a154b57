import { Ajv } from 'ajv';
import { isUserNkey, signWithNkey, verifyWithNkey } from '../../bus/nkeys.js';
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
import { type DirectoryKey, isOfOrganisation, isOfPerson, type ListedKeys } from '../directory-key.js';
import { parsePublicJwk, type PrivateJwk, type PublicJwk } from '../jwk.js';
import { SKEW_S } from '../jws.js';
import { importProver, importVerifier } from '../keys.js';
import { type KeyUse, parseKid } from '../kid.js';
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
import { signerIn } from './signer-in.js';

/**
 * What an organisation asks for: the listing of its next key of a use, the revocation of a key, the next nkey with which its gateway
 * logs in to the broker, or the listing of a newer contract, which its gateway speaks since an update.
 */
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
    }
  | {
      readonly type: 'nkey';
      /** The public nkey. */
      readonly nkey: string;
      /** The public nkey that it replaces, which signed too; absent where that is lost. */
      readonly replaces?: string;
    }
  | {
      readonly type: 'contract';
      /** The newest that the gateway speaks. */
      readonly contract: number;
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
  readonly use: KeyUse | 'nkey' | 'contract';
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

/** The names of the nkeys that sign a request for the next one: it, and the one that it replaces. */
const [NEXT_NKEY, REPLACED_NKEY] = ['gateway-nkey', 'replaced-nkey'];

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
  const users = [nkeyProver(NEXT_NKEY, next), nkeyProver(REPLACED_NKEY, replaced)];
  return JSON.stringify(signMany(TYP, claims, [...provers, ...users.flat()]));
}

function nkeyProver(kid: string, seed: string | undefined): readonly KeyProver[] {
  return seed === undefined ? [] : [{ kid, prove: (bytes) => signWithNkey(seed, bytes) }];
}

const KID = { type: 'string', maxLength: 64 };
const NUMBER = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const TEXT = { type: 'string', pattern: oneLinePattern(200) };
const CONTRACT_NUMBER = { type: 'integer', minimum: 1, maximum: 65_535 };
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
        closed({ type: { const: 'nkey' }, nkey: KID, replaces: KID }, ['replaces']),
        closed({ type: { const: 'contract' }, contract: CONTRACT_NUMBER }),
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
  const claims = readClaims(requireShape('key request', payload, isClaims()));
  const { wish } = claims;
  const all = [...new Set(signingKids(file, TYP))];
  const own = askedIds(wish);
  const use = isAboutKey(wish) ? parseKid(askedKid(claims)).use : wish.type;
  return { claims, file, kids: all.filter((kid) => !own.includes(kid)), use };
}

type NkeyWish = Extract<KeyWish, { readonly type: 'nkey' }>;
type SigningKeyWish = Extract<KeyWish, { readonly type: 'next' | 'revoke' }>;

const isAboutKey = (wish: KeyWish): wish is SigningKeyWish => wish.type === 'next' || wish.type === 'revoke';

/** Returns the names by which what is asked for signs the request itself. */
function askedIds(wish: KeyWish): readonly string[] {
  switch (wish.type) {
    case 'next':
      return [wish.key.kid];
    case 'nkey':
      return nkeyIdsOf(wish);
    case 'revoke':
    case 'contract':
      return [];
  }
}

const nkeyIdsOf = ({ replaces }: NkeyWish): readonly string[] =>
  replaces === undefined ? [NEXT_NKEY] : [NEXT_NKEY, REPLACED_NKEY];

/** Returns the id of the key that a request is about; `<org>:nkey` for the nkey of the gateway, `<org>:contract` for its contract. */
export function askedKid({ iss, wish }: Pick<KeyRequestClaims, 'iss' | 'wish'>): string {
  switch (wish.type) {
    case 'next':
      return wish.key.kid;
    case 'revoke':
      return wish.kid;
    case 'nkey':
    case 'contract':
      return `${iss}:${wish.type}`;
  }
}

function requireProof(file: ManySigned, kid: string, verify: VerifySignature): Promise<void> {
  return requireSignatureOf(file, { typ: TYP, kid, verify });
}

async function requireNkeyProofs(file: ManySigned, { nkey, replaces }: NkeyWish): Promise<void> {
  const verifyBy = (key: string): VerifySignature => {
    return (signed, signature) => Promise.resolve(verifyWithNkey(key, Buffer.from(signed), signature));
  };
  await requireProof(file, NEXT_NKEY, verifyBy(nkey));
  if (replaces !== undefined) await requireProof(file, REPLACED_NKEY, verifyBy(replaces));
}

/** Parses the key that is asked for or revoked: one of the organisation, and of its uses. */
function readClaims(claims: KeyRequestClaims): KeyRequestClaims {
  const { wish } = claims;
  const iss = parseOrgId(claims.iss);
  if (wish.type === 'nkey') return { ...claims, iss, wish: parseNkeyWish(wish) };
  if (wish.type === 'contract') return { ...claims, iss };
  const kid = wish.type === 'next' ? parsePublicJwk(wish.key).kid : wish.kid;
  const { owner, use } = parseKid(kid);
  if (owner !== iss) throw fail('issuer-mismatch', `key \`${kid}\` is not of \`${iss}\``);
  if (!isOfOrganisation(use)) throw fail('key-invalid', `key \`${kid}\` is not for a use of a member`);
  if (wish.type === 'next' && isOfPerson(use) !== (wish.person !== undefined))
    throw fail('key-invalid', `key \`${kid}\`: a key names a person exactly if a person holds it`);
  return { ...claims, iss };
}

/**
 * Throws `key-invalid`, without the text, for what is not the public nkey of a user, as it may be a seed, and for an nkey in place of
 * itself.
 */
function parseNkeyWish(wish: NkeyWish): NkeyWish {
  const refuse = (name: 'nkey' | 'replaces', message: string) =>
    fail('key-invalid', `\`wish.${name}\` ${message}`, [{ path: `/wish/${name}`, message }]);
  for (const name of ['nkey', 'replaces'] as const)
    if (!isUserNkey(wish[name] ?? wish.nkey)) throw refuse(name, 'is not the public nkey of a user, `U…`');
  if (wish.replaces === wish.nkey) throw refuse('replaces', 'is the nkey that is asked for');
  return wish;
}

function requireFresh({ iat, wish }: KeyRequestClaims, now: Date): void {
  const latest = Math.max(iat, wish.type === 'revoke' ? wish.since : 0);
  if (latest > seconds(now) + SKEW_S)
    throw fail('issued-in-future', 'the key request is dated more than two minutes in the future');
  if (iat + VALID_S <= seconds(now))
    throw fail('expired', 'the key request is older than 7 days: make a new one');
}
