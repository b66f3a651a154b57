import { Ajv } from 'ajv';
import { decodeBase64url, encodeBase64url } from '../../shared/kernel/base64url.js';
import { closed, requireShape } from '../../shared/kernel/closed-schema.js';
import { compileWhenUsed } from '../../shared/kernel/compile-when-used.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { digest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import { type DirectorySource, parseDirectorySource } from '../../shared/trust/directory-source.js';
import type { JoinRequest } from '../org/join-request.js';
import { BROKER_URL } from '../org/join-request.js';
import { CERTIFICATE_SHAPE } from '../org/welcome.js';
import type { ClientCertificate } from '../tls/site-certificate.js';

/** What a hub without the root key asks its holder to sign: a version that admits a member, and the welcome of that one. */
export interface RootRequest {
  readonly kind: 'root-request';
  /** The `DirectoryFrame` of the version that the wanted one follows, in base64url. */
  readonly previous: string;
  /** The holder of the root key gives it a number and dates. */
  readonly wanted: DirectorySource;
  readonly welcome: {
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

/** The maximum size of a request: a version in base64url, and the next one as JSON. */
export const MAX_ROOT_REQUEST_BYTES = 4_000_000;
const LIMITS = { bytes: MAX_ROOT_REQUEST_BYTES, depth: 8, nodes: 200_000 } as const;
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isRequest = compileWhenUsed<RootRequest>(
  ajv,
  closed({
    kind: { const: 'root-request' },
    previous: { type: 'string' },
    wanted: { type: 'object' },
    welcome: closed({
      request: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
      hub: BROKER_URL,
      tls: CERTIFICATE_SHAPE,
    }),
  }),
);

interface AskRootParams {
  readonly before: Directory;
  readonly wanted: DirectorySource;
  readonly request: Pick<JoinRequest, 'digest' | 'hub'>;
  readonly tls: ClientCertificate;
}

/** Returns the text of a request to the holder of the root key. */
export function rootRequestText({ before, wanted, request, tls }: AskRootParams): string {
  const previous = encodeBase64url(before.frame);
  const welcome = { request: request.digest, hub: request.hub, tls };
  const asked: RootRequest = { kind: 'root-request', previous, wanted, welcome };
  return `${JSON.stringify(asked, undefined, 2)}\n`;
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
