import { Ajv } from 'ajv';
import { MEMBER_USERS, type MemberUser } from '../../shared/bus/accounts.js';
import { publicNkey, signWithNkey, verifyWithNkey } from '../../shared/bus/nkeys.js';
import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { seconds } from '../../shared/kernel/clock.js';
import { closed, requireShape } from '../../shared/kernel/closed-schema.js';
import { compileWhenUsed } from '../../shared/kernel/compile-when-used.js';
import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { oneLinePattern } from '../../shared/wire/one-line-text.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { NEW_MEMBER_ID, RESERVED_IDS } from '../../shared/trust/directory-source.js';
import { digest } from '../../shared/trust/digest.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import { parsePublicJwk, type PrivateJwk, publicJwk, type PublicJwk } from '../../shared/trust/jwk.js';
import { SKEW_S } from '../../shared/trust/jws.js';
import { importProver, importVerifier } from '../../shared/trust/keys.js';
import {
  type ManySigned,
  manySignedSchema,
  requireSignatureOf,
  signMany,
  type VerifySignature,
} from '../../shared/trust/many-signed.js';
import type { Typ } from '../../shared/trust/parse-compact-jws.js';
import { newEntry } from '../init/key-entry.js';
import { type Approver, type ApproverKey, APPROVERS, parseApprovers, requireKid } from './approvers.js';
import {
  type FirstRelease,
  openFirstRelease,
  REQUESTED_RELEASE,
  type RequestedRelease,
} from './first-release/first-release.js';
import { spokenWords } from './spoken-words.js';

/** The uses of the signing keys of a member, in the order of a request. */
export const MEMBER_USES = ['notice', 'receipt', 'policy', 'witness'] as const;

/** What an organisation asks a hub for, as each of its keys signs it. */
export interface JoinClaims {
  readonly id: OrgId;
  readonly name: string;
  readonly federation: string;
  /** The URL of the hub's broker, as the site reaches it. */
  readonly hub: string;
  readonly contact?: string;
  /** The newest contract that its gateway speaks. */
  readonly contract: number;
  /** 128 random bits. */
  readonly nonce: string;
  /** Seconds since 1970. */
  readonly iat: number;
  /** The public keys, one for each of `MEMBER_USES`. */
  readonly keys: readonly PublicJwk[];
  /** `APPROVERS` persons, or absent. */
  readonly approvers?: readonly Approver[];
  /** The public nkeys, by user. */
  readonly nkeys: Readonly<Record<MemberUser, string>>;
  /** The PKCS #10 request (DER, in base64url) for the client certificate of its gateway, signed with the TLS key. */
  readonly csr: string;
  /** The first release of its rules. */
  readonly release?: RequestedRelease;
}

/** A verified request, with the digest that names it. */
export interface JoinRequest extends Omit<JoinClaims, 'release'> {
  readonly approvers: readonly Approver[];
  readonly release?: FirstRelease;
  readonly digest: string;
}

/** The private keys of a site and of its approvers. */
interface SiteKeys {
  readonly keys: readonly PrivateJwk[];
  readonly approvers?: readonly ApproverKey[];
  /** The seeds of its nkeys, by user. */
  readonly seeds: Readonly<Record<MemberUser, string>>;
}

const TYP: Typ = 'join-request+jws';
const VALID_S = 7 * 86_400;
/** Of these, a first release takes at most 60,000: it is encoded as base64url twice. */
export const MAX_JOIN_REQUEST_BYTES = 81_920;
/** A request for a P-256 key has some 320 characters. */
const MAX_CSR_LENGTH = 1_024;

/** Signs a request with each of the site's keys; returns the text of `join-request.json`. */
export async function signJoinRequest(
  claims: Omit<JoinClaims, 'keys' | 'approvers' | 'nkeys'>,
  { keys, approvers = [], seeds }: SiteKeys,
): Promise<string> {
  const nkeys = Object.fromEntries(MEMBER_USERS.map((user) => [user, publicNkey(seeds[user])]));
  const persons = approvers.map(({ person, key }) => ({ person, key: publicJwk(key) }));
  const named = persons.length === 0 ? {} : { approvers: persons };
  const all = { ...claims, keys: keys.map(publicJwk), ...named, nkeys };
  const held = [...keys, ...approvers.map(({ key }) => key)];
  const own = await Promise.all(held.map(async (jwk) => ({ kid: jwk.kid, prove: await importProver(jwk) })));
  const users = MEMBER_USERS.map((user) => ({
    kid: nkeyId(user),
    prove: (bytes: Uint8Array) => signWithNkey(seeds[user], bytes),
  }));
  const file = signMany(TYP, all, [...own, ...users]);
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Returns the eight words of a request. */
export function requestWords({ digest: name }: Pick<JoinRequest, 'digest'>): string {
  return spokenWords(name);
}

const nkeyId = (user: string): string => `${user}-nkey`;

const TEXT = { type: 'string', pattern: oneLinePattern(200) };
const NKEY = { type: 'string', pattern: '^U[A-Z2-7]{55}$' };
/** Whole numbers from 1. */
const NUMBER = { type: 'integer', minimum: 1 };
/** 9999-12-31T23:59:59Z: the directory has the dates of keys in RFC 3339. */
const MAX_TIME_S = 253_402_300_799;
/** The URL of a broker, as a request and a welcome name it. */
export const BROKER_URL = { type: 'string', pattern: '^(?:nats|tls)://[A-Za-z0-9.:[\\]-]{1,255}$' };
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isFile = compileWhenUsed<ManySigned>(
  ajv,
  manySignedSchema(MAX_JOIN_REQUEST_BYTES, MEMBER_USES.length + MEMBER_USERS.length + APPROVERS),
);
const isClaims = compileWhenUsed<JoinClaims>(
  ajv,
  closed(
    {
      id: { type: 'string', pattern: NEW_MEMBER_ID, not: { enum: RESERVED_IDS } },
      name: TEXT,
      federation: TEXT,
      hub: BROKER_URL,
      contact: TEXT,
      contract: { ...NUMBER, maximum: 65_535 },
      nonce: { type: 'string', pattern: '^[A-Za-z0-9_-]{22}$' },
      iat: { ...NUMBER, maximum: MAX_TIME_S },
      keys: {
        type: 'array',
        minItems: MEMBER_USES.length,
        maxItems: MEMBER_USES.length,
        items: { type: 'object' },
      },
      approvers: {
        type: 'array',
        minItems: APPROVERS,
        maxItems: APPROVERS,
        items: closed({ person: TEXT, key: { type: 'object' } }),
      },
      nkeys: closed(Object.fromEntries(MEMBER_USERS.map((user) => [user, NKEY]))),
      csr: { type: 'string', pattern: '^[A-Za-z0-9_-]+$', maxLength: MAX_CSR_LENGTH },
      release: REQUESTED_RELEASE,
    },
    ['contact', 'approvers', 'release'],
  ),
);

/**
 * Reads and verifies a request. Throws `oversize`, `json-…`, `schema-invalid`, `key-invalid` for a wrong key or for one person twice,
 * `issuer-mismatch` for the key of another organisation, `token-malformed`, `signature-invalid` for a proof that is missing
 * or another's, and the errors of `openFirstRelease`.
 */
export async function openJoinRequest(bytes: Uint8Array): Promise<JoinRequest> {
  if (bytes.length > MAX_JOIN_REQUEST_BYTES)
    throw fail('oversize', `a join request of more than ${MAX_JOIN_REQUEST_BYTES} bytes`);
  const file = requireShape('join request', parseStrictJson(bytes), isFile());
  const claims = requireShape('join request', parseStrictJson(decodeBase64url(file.payload)), isClaims());
  const keys = readKeys(claims);
  const approvers = parseApprovers(claims.id, claims.approvers ?? []);
  const proofs = [
    ...[...keys, ...approvers.map(({ key }) => key)].map(proofOfKey),
    ...MEMBER_USERS.map((user) => proofOfNkey(user, claims)),
  ];
  for (const proof of proofs) await requireSignatureOf(file, { typ: TYP, ...proof });
  if (claims.nkeys.gateway === claims.nkeys.tail)
    throw fail('key-invalid', 'one nkey is named for two users');
  const { release: requested, ...others } = claims;
  const request = { ...others, id: parseOrgId(claims.id), keys, approvers, digest: digest(file.payload) };
  if (requested === undefined) return request;
  return { ...request, release: await openFirstRelease(requested, listedAs(request)) };
}

/** Returns the keys of a request, as the directory will list them from the time of the request on. */
function listedAs({ id, federation, iat, ...request }: Omit<JoinRequest, 'release'>) {
  const now = new Date(iat * 1000);
  return { org: id, federation, now, keys: entriesOf(request, now) };
}

/** Returns the directory entries of the keys of a request, those of its approvers with their persons. */
export function entriesOf(
  { keys, approvers }: Pick<JoinRequest, 'keys' | 'approvers'>,
  notBefore: Date,
): readonly KeyEntry[] {
  return [
    ...keys.map((key) => newEntry(key, { notBefore })),
    ...approvers.map(({ person, key }) => newEntry(key, { notBefore, person })),
  ];
}

/** Reads the keys: exactly the first of each use, and of the organisation itself. */
function readKeys({ id, keys }: JoinClaims): readonly PublicJwk[] {
  const read = keys.map(parsePublicJwk);
  for (const [index, use] of MEMBER_USES.entries()) requireKid(read[index]?.kid ?? '', id, `${id}:${use}:1`);
  return read;
}

interface Proof {
  readonly kid: string;
  readonly verify: VerifySignature;
}

function proofOfKey(jwk: PublicJwk): Proof {
  return {
    kid: jwk.kid,
    verify: async (signed, signature) => (await importVerifier(jwk)).verify(signed, signature),
  };
}

function proofOfNkey(user: MemberUser, { nkeys }: JoinClaims): Proof {
  return {
    kid: nkeyId(user),
    verify: (signed, signature) =>
      Promise.resolve(verifyWithNkey(nkeys[user], Buffer.from(signed), signature)),
  };
}

/** Throws `issued-in-future`, and `expired` for a request that is older than 7 days. */
export function requireFreshRequest({ iat }: JoinRequest, now: Date): void {
  if (iat > seconds(now) + SKEW_S)
    throw fail('issued-in-future', 'the join request is dated more than two minutes in the future');
  if (iat + VALID_S <= seconds(now))
    throw fail('expired', 'the join request is older than 7 days: make a new one');
}
