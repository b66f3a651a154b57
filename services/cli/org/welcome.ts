import { Ajv } from 'ajv';
import { decodeBase64url, encodeBase64url } from '../../shared/kernel/base64url.js';
import { seconds } from '../../shared/kernel/clock.js';
import { closed, requireShape } from '../../shared/kernel/closed-schema.js';
import { compileWhenUsed } from '../../shared/kernel/compile-when-used.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { digest } from '../../shared/trust/digest.js';
import { type Directory, openDirectory } from '../../shared/trust/directory.js';
import { importAnchor } from '../../shared/trust/directory-key.js';
import { parsePublicJwk, type PublicJwk } from '../../shared/trust/jwk.js';
import { signJws, verifyJws } from '../../shared/trust/jws.js';
import type { Signer } from '../../shared/trust/keys.js';
import { BROKER_URL, type JoinRequest } from './join-request.js';
import type { ClientCertificate } from '../tls/site-certificate.js';

/** What a hub answers to a request, as the federation's root signs it. */
interface WelcomeClaims {
  readonly iss: 'root';
  readonly aud: string;
  readonly iat: number;
  /** The digest of the request. */
  readonly request: string;
  /** The URL of the broker. */
  readonly hub: string;
  /** The digest of the bytes of the directory. */
  readonly directory: string;
  /** The client certificate of the gateway, and that of the authority that signed it and the broker's, in PEM. */
  readonly tls: ClientCertificate;
}

/** The file that a hub hands to a new member. */
interface WelcomeFile {
  /** A JWS with `WelcomeClaims`. */
  readonly welcome: string;
  readonly root: PublicJwk;
  /** The `DirectoryFrame`, in base64url. */
  readonly directory: string;
}

/** A verified welcome. A site trusts its root key only after a person compared the words of the hub. */
export interface Welcome {
  readonly root: PublicJwk;
  readonly federation: string;
  readonly hub: string;
  readonly directory: Directory;
  readonly tls: ClientCertificate;
}

interface SignWelcomeParams {
  readonly request: Pick<JoinRequest, 'digest' | 'hub'>;
  readonly directory: Directory;
  readonly tls: ClientCertificate;
  readonly now: Date;
}

/** Signs the welcome to a member; returns the JWS. */
export async function signWelcome(
  { request, directory, tls, now }: SignWelcomeParams,
  signer: Signer,
): Promise<string> {
  const claims: WelcomeClaims = {
    iss: 'root',
    aud: directory.federation,
    iat: seconds(now),
    request: request.digest,
    hub: request.hub,
    directory: digest(directory.frame),
    tls,
  };
  return signJws('welcome+jws', { ...claims }, signer);
}

/** Returns the text of `welcome.json` with a signed welcome. */
export function welcomeText(welcome: string, { frame }: Directory, root: PublicJwk): string {
  const file: WelcomeFile = { welcome, root, directory: encodeBase64url(frame) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** The maximum size of a welcome: a directory in base64url, and the signature. */
export const MAX_WELCOME_BYTES = 1_400_000;
/** Few values, because the directory is one string. */
const LIMITS = { bytes: MAX_WELCOME_BYTES, depth: 4, nodes: 32 } as const;
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const TEXT = { type: 'string' };
/** The JSON schema of a client certificate. */
export const CERTIFICATE_SHAPE = closed({ certificate: TEXT, authority: TEXT });
const isFile = compileWhenUsed<WelcomeFile>(
  ajv,
  closed({ welcome: TEXT, root: { type: 'object' }, directory: TEXT }),
);
const isClaims = compileWhenUsed<WelcomeClaims>(
  ajv,
  closed({
    iss: { const: 'root' },
    aud: TEXT,
    iat: { type: 'integer' },
    request: TEXT,
    hub: BROKER_URL,
    directory: TEXT,
    tls: CERTIFICATE_SHAPE,
  }),
);

/**
 * Reads and verifies the answer to `request`. Throws `oversize`, `json-…`, `schema-invalid`, the errors of `verifyJws` and
 * `openDirectory`, `digest-mismatch` for another directory than the signed one, and `welcome-foreign` for the answer to another request,
 * of another federation or hub, or with a directory that does not list exactly the keys of the request.
 */
export async function openWelcome(bytes: Uint8Array, request: JoinRequest, now: Date): Promise<Welcome> {
  if (bytes.length > MAX_WELCOME_BYTES)
    throw fail('oversize', `a welcome of more than ${MAX_WELCOME_BYTES} bytes`);
  const file = requireShape('welcome', parseStrictJson(bytes, LIMITS), isFile());
  const root = parsePublicJwk(file.root);
  const anchor = await importAnchor(root);
  const key = (kid: string) => (kid === anchor.kid ? anchor : undefined);
  const { payload } = await verifyJws(file.welcome, { typ: 'welcome+jws', use: 'root', key, now });
  const claims = requireShape('welcome', payload, isClaims());
  const frame = decodeBase64url(file.directory);
  if (digest(frame) !== claims.directory)
    throw fail('digest-mismatch', 'the directory of the welcome is not the one that its signature names');
  if (claims.request !== request.digest) throw foreign('answers another request than the one in this home');
  if (claims.aud !== request.federation || claims.hub !== request.hub)
    throw foreign('is of another federation or hub than this site asked for');
  const directory = await openDirectory(frame, root);
  requireOwnKeys(directory, request);
  return { root, federation: claims.aud, hub: claims.hub, directory, tls: claims.tls };
}

function requireOwnKeys({ federation, organisations }: Directory, request: JoinRequest): void {
  const listed = organisations.get(request.id)?.keys ?? [];
  const approvers = request.approvers.map(({ person, key: { kid, x } }) => ({ kid, x, person }));
  const own = [...request.keys.map(({ kid, x }) => ({ kid, x, person: undefined })), ...approvers];
  const isListed = (key: (typeof own)[number]): boolean =>
    listed.some(({ kid, x, person }) => kid === key.kid && x === key.x && person === key.person);
  const areOwn = listed.length === own.length && own.every(isListed);
  if (!areOwn || federation !== request.federation)
    throw foreign('has a directory that does not list exactly the keys of this site');
}

function foreign(what: string): Error {
  return fail('welcome-foreign', `the welcome ${what}`);
}
