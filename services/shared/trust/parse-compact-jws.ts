import { decodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { parseStrictJson } from '../kernel/strict-json.js';

/** The `typ` of every kind of token; a token of one kind never passes as another (RFC 8725 section 3.11). */
export type Typ =
  | 'notice+sd-jwt'
  | 'submission+jws'
  | 'action+jws'
  | 'request+jws'
  | 'release+jws'
  | 'approval+jws'
  | 'contribution+jws'
  | 'notice-approval+jws'
  | 'witness-approval+jws'
  | 'review+jws'
  | 'delivery+jws'
  | 'report+jws'
  | 'receipt+jws'
  | 'receipts+jws'
  | 'change+jws'
  | 'recipients+jws'
  | 'claim+jws'
  | 'receipt-record+jws'
  | 'recording+jws'
  | 'quarantine-record+jws'
  | 'command-record+jws'
  | 'directory-record+jws'
  | 'adoption-record+jws'
  | 'command+jws'
  | 'heartbeat+jws'
  | 'directory+jws'
  | 'directory-amendment+jws'
  | 'join-request+jws'
  | 'welcome+jws'
  | 'root-answer+jws'
  | 'key-request+jws'
  | 'query+jws'
  | 'answer+jws'
  | 'quarantine+jws'
  | 'statuslist+jwt';

/** The parts of a compact JWS before verification. */
export interface Front {
  readonly kid: string;
  /** Header and payload segments, the signed text. */
  readonly signed: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

const KID = /^[a-z0-9][a-z0-9:._-]{0,63}$/;
const HEADER = { bytes: 2_048, depth: 8, nodes: 64 } as const;
/** The most characters of a compact JWS: a payload of 256 KiB in base64url with header and signature. */
export const MAX_JWS_LENGTH = 351_000;
const SIGNATURE = 64;

/**
 * Checks the form of a token before its signature (docs/architecture.md#strict-front): three segments of canonical
 * base64url, a header of exactly `alg`, `kid` and `typ` with the values expected, a signature of 64 bytes. No key, URL
 * or algorithm is ever taken from a token (RFC 8725 sections 3.1 and 3.10). Throws `token-malformed`, or `json-…` for its header.
 */
export function readFront(token: string, typ: Typ): Front {
  if (token.length > MAX_JWS_LENGTH) throw fail('token-malformed', 'token is too long');
  const [header = '', payload = '', signature = '', ...more] = token.split('.', 4);
  if (header === '' || payload === '' || more.length > 0)
    throw fail('token-malformed', 'token does not have three segments');
  const bytes = decodeBase64url(signature);
  if (bytes.length !== SIGNATURE) throw fail('token-malformed', 'signature does not have 64 bytes');
  return {
    kid: readHeader(header, typ),
    signed: token.slice(0, header.length + 1 + payload.length),
    payload: decodeBase64url(payload),
    signature: bytes,
  };
}

/** Returns the `typ` that a token claims; verify the token as that type. Throws `token-malformed`, or `json-…`. */
export function claimedTyp(token: string): Typ {
  const { typ } = claimedHeader(token);
  if (typeof typ === 'string') return typ as Typ;
  throw fail('token-malformed', 'header has no valid `typ`');
}

/** Returns the `kid` of a token that was verified before. */
export function claimedKid(token: string): string {
  return String(claimedHeader(token).kid);
}

function claimedHeader(token: string): { readonly typ?: unknown; readonly kid?: unknown } {
  return Object(parseStrictJson(decodeBase64url(token.split('.', 1)[0] ?? ''), HEADER));
}

function readHeader(segment: string, typ: Typ): string {
  const header = parseStrictJson(decodeBase64url(segment), HEADER);
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw fail('token-malformed', 'header is not an object');
  }
  const { alg, kid, typ: said, ...more } = header as Record<string, unknown>;
  if (Object.keys(more).length > 0)
    throw fail('token-malformed', 'header has members other than `alg`, `kid` and `typ`');
  if (alg !== 'EdDSA') throw fail('token-malformed', '`alg` of the header is not `EdDSA`');
  if (said !== typ) throw fail('token-malformed', `\`typ\` of the header is not \`${typ}\``);
  if (typeof kid !== 'string' || !KID.test(kid)) throw fail('token-malformed', 'header has no valid `kid`');
  return kid;
}
