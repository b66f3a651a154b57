import { Ajv } from 'ajv';
import { decodeBase64url, encodeBase64url } from '../../shared/kernel/base64url.js';
import { seconds } from '../../shared/kernel/clock.js';
import { closed, requireShape } from '../../shared/kernel/closed-schema.js';
import { compileWhenUsed } from '../../shared/kernel/compile-when-used.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { digest } from '../../shared/trust/digest.js';
import { type Directory, isStale, openDirectory } from '../../shared/trust/directory.js';
import { importAnchor } from '../../shared/trust/directory-key.js';
import type { PublicJwk } from '../../shared/trust/jwk.js';
import { signJws, verifyJws } from '../../shared/trust/jws.js';
import type { Signer } from '../../shared/trust/keys.js';

/** What the holder of the root key says beside the version of the directory that was asked for. */
interface AnswerClaims {
  readonly iss: 'root';
  /** The federation. */
  readonly aud: string;
  readonly iat: number;
  /** The digest of the bytes of the request. */
  readonly request: string;
  /** The digest of the bytes of the directory. */
  readonly directory: string;
}

/** The file that the holder of the root key hands to the hub. */
interface AnswerFile {
  readonly kind: 'root-answer';
  /** A JWS with `AnswerClaims`. */
  readonly answer: string;
  /** The `DirectoryFrame`, in base64url. */
  readonly directory: string;
  /** The JWS of the welcome, where the version admits a member. */
  readonly welcome?: string;
}

/** A verified answer. */
export interface RootAnswer {
  readonly directory: Directory;
  readonly welcome?: string;
}

/** The maximum size of an answer: a directory in base64url, and two signatures. */
export const MAX_ROOT_ANSWER_BYTES = 1_500_000;
/** Few values, because the directory is one string. */
const LIMITS = { bytes: MAX_ROOT_ANSWER_BYTES, depth: 4, nodes: 16 } as const;
const TEXT = { type: 'string' };
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isFile = compileWhenUsed<AnswerFile>(
  ajv,
  closed({ kind: { const: 'root-answer' }, answer: TEXT, directory: TEXT, welcome: TEXT }, ['welcome']),
);
const isClaims = compileWhenUsed<AnswerClaims>(
  ajv,
  closed({ iss: { const: 'root' }, aud: TEXT, iat: { type: 'integer' }, request: TEXT, directory: TEXT }),
);

/** Signs the answer to a request that has this digest; returns the text of `root-answer.json`. */
export async function signRootAnswer(
  { request, directory, welcome, now }: RootAnswer & { readonly request: string; readonly now: Date },
  signer: Signer,
): Promise<string> {
  const claims: AnswerClaims = {
    iss: 'root',
    aud: directory.federation,
    iat: seconds(now),
    request,
    directory: digest(directory.frame),
  };
  const file: AnswerFile = {
    kind: 'root-answer',
    answer: await signJws('root-answer+jws', { ...claims }, signer),
    directory: encodeBase64url(directory.frame),
    ...(welcome === undefined ? {} : { welcome }),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

interface OpenAnswerParams {
  /** The digest of the request that the hub made last. */
  readonly request: string;
  readonly root: PublicJwk;
  readonly now: Date;
}

/**
 * Reads and verifies the answer to a request. Throws `oversize`, `json-…`, `schema-invalid`, the errors of `verifyJws` and
 * `openDirectory` for what another root signed, `digest-mismatch` for the answer to another request and for another directory than the
 * signed one, `audience-mismatch`, and `expired` for one whose directory is stale.
 */
export async function openRootAnswer(
  bytes: Uint8Array,
  { request, root, now }: OpenAnswerParams,
): Promise<RootAnswer> {
  const { answer, directory, welcome } = requireShape(
    'root answer',
    parseStrictJson(bytes, LIMITS),
    isFile(),
  );
  const anchor = await importAnchor(root);
  const key = (kid: string) => (kid === anchor.kid ? anchor : undefined);
  const { payload } = await verifyJws(answer, { typ: 'root-answer+jws', use: 'root', key, now });
  const claims = requireShape('root answer', payload, isClaims());
  if (claims.request !== request)
    throw fail('digest-mismatch', 'the answer is to another request than the one that this hub made last');
  const frame = decodeBase64url(directory);
  if (digest(frame) !== claims.directory)
    throw fail('digest-mismatch', 'the directory of the answer is not the one that its signature names');
  const opened = await openDirectory(frame, root);
  if (claims.aud !== opened.federation)
    throw fail(
      'audience-mismatch',
      'the directory of the answer is of another federation than its signature names',
    );
  if (isStale(opened, now))
    throw fail('expired', 'the answer is older than its directory is valid: make the request again');
  return { directory: opened, ...(welcome === undefined ? {} : { welcome }) };
}
