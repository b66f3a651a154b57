import { Ajv } from 'ajv';
import { decodeBase64url, encodeBase64url } from '../../shared/kernel/base64url.js';
import { closed, requireShape } from '../../shared/kernel/closed-schema.js';
import { compileWhenUsed } from '../../shared/kernel/compile-when-used.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { digest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import { type DirectorySource, parseDirectorySource } from '../../shared/trust/directory-source.js';
import { MAX_KEY_REQUEST_BYTES } from '../../shared/wire/frame-limits.js';
import { BROKER_URL } from '../org/join-request.js';
import { CERTIFICATE_SHAPE } from '../org/welcome.js';
import type { ClientCertificate } from '../tls/site-certificate.js';

/** What a hub without the root key asks its holder to sign: the next version of the directory, and the welcome of a new member. */
export interface RootRequest {
  readonly kind: 'root-request';
  /** The `DirectoryFrame` of the version that the wanted one follows, in base64url. */
  readonly previous: string;
  /** The holder of the root key gives it a number and dates. */
  readonly wanted: DirectorySource;
  /** The texts of the key requests by which members asked for the keys that it lists. */
  readonly requests: readonly string[];
  /** Absent where the version admits no member. */
  readonly welcome?: {
    /** The digest of the join request. */
    readonly request: string;
    /** The URL of the broker. */
    readonly hub: string;
    readonly tls: ClientCertificate;
  };
}

/** A request as it was read: its name is the digest of its bytes. */
export interface OpenedRootRequest extends Omit<RootRequest, 'previous'> {
  readonly previous: Uint8Array;
  readonly digest: string;
}

/** The maximum size of a request: a version in base64url, the next one as JSON, and key requests. */
export const MAX_ROOT_REQUEST_BYTES = 4_000_000;
const LIMITS = { bytes: MAX_ROOT_REQUEST_BYTES, depth: 8, nodes: 200_000 } as const;
/** The most key requests in one request. */
const MAX_REQUESTS = 64;
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isRequest = compileWhenUsed<RootRequest>(
  ajv,
  closed(
    {
      kind: { const: 'root-request' },
      previous: { type: 'string' },
      wanted: { type: 'object' },
      requests: {
        type: 'array',
        maxItems: MAX_REQUESTS,
        items: { type: 'string', maxLength: MAX_KEY_REQUEST_BYTES },
      },
      welcome: closed({
        request: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
        hub: BROKER_URL,
        tls: CERTIFICATE_SHAPE,
      }),
    },
    ['welcome'],
  ),
);

/** Returns the text of a request to the holder of the root key. Throws `oversize`, and as `openRootRequest` for its shape. */
export function rootRequestText({
  before,
  ...asked
}: Pick<RootRequest, 'wanted' | 'requests' | 'welcome'> & { readonly before: Directory }): string {
  const request: RootRequest = { kind: 'root-request', previous: encodeBase64url(before.frame), ...asked };
  const text = `${JSON.stringify(request, undefined, 2)}\n`;
  openRootRequest(Buffer.from(text));
  return text;
}

/** Reads a request. Throws `oversize`, `json-…` and `schema-invalid`, with the place. */
export function openRootRequest(bytes: Uint8Array): OpenedRootRequest {
  const asked = requireShape('root request', parseStrictJson(bytes, LIMITS), isRequest());
  return {
    ...asked,
    previous: decodeBase64url(asked.previous),
    wanted: parseDirectorySource(asked.wanted),
    digest: digest(bytes),
  };
}
