import type { FastifyInstance } from 'fastify';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { MAX_PACKED_BYTES, unpackBundle } from '../../shared/policy/adopted/packed-bundle.js';
import { digest as digestOf, isDigest } from '../../shared/trust/digest.js';
import type { AuditorGuard } from './http-guard.js';
import type { PolicyArchive } from '../policy-archive.js';

/** The media type of a bundle of policies in a request and in an answer. */
const PACKED = 'application/gzip';

interface BundleName {
  readonly digest: string;
}

/**
 * Adds the routes of the archive: routers put each bundle that they adopt; callers with `policies:read` get
 * it.
 */
export function addPolicyRoutes(app: FastifyInstance, guard: AuditorGuard, policies: PolicyArchive): void {
  app.addContentTypeParser(PACKED, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const put = { ...guard('policies:write'), bodyLimit: MAX_PACKED_BYTES };
  app.put<{ Params: BundleName; Body?: Buffer }>(
    '/v1/policies/:digest',
    put,
    async ({ params, body }, reply) => {
      const named = parseDigest(params.digest);
      const packed = body ?? Buffer.alloc(0);
      await unpackBundle(packed, named, digestOf);
      policies.put(named, packed);
      return reply.code(204).send();
    },
  );
  const get = guard('policies:read');
  app.get<{ Params: BundleName }>('/v1/policies/:digest', get, async ({ params }, reply) => {
    const packed = policies.get(parseDigest(params.digest));
    if (packed === undefined) throw fail('not-found', 'no such bundle of policies');
    return reply.type(PACKED).send(packed);
  });
}

/** Returns the auditor's own error for a body that fastify refuses. */
export function bodyError(code: string): LiaisonError | undefined {
  return code === 'FST_ERR_CTP_BODY_TOO_LARGE'
    ? fail('oversize', `a bundle of policies has at most ${MAX_PACKED_BYTES / 1024} KiB, compressed`)
    : undefined;
}

function parseDigest(named: string): string {
  if (isDigest(named)) return named;
  throw fail('id-invalid', 'not the digest of a bundle of policies');
}
