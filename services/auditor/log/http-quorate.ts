import type { FastifyInstance } from 'fastify';
import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail } from '../../shared/kernel/errors.js';
import type { AuditorGuard } from '../http/http-guard.js';
import type { Sealer } from './sealer.js';

const NO_QUORUM = 'no checkpoint has the cosignatures of a quorum yet';

interface QuorateRouteDeps extends Pick<Sealer, 'signedRoot'> {
  readonly cosigned: Pick<Sealer['cosigned'], 'quorate'>;
}

/** Adds the newest quorate checkpoint: as a note, and with the signature over its root that COSE receipts carry. */
export function addQuorateRoutes(
  app: FastifyInstance,
  guard: AuditorGuard,
  { cosigned, signedRoot }: QuorateRouteDeps,
): void {
  app.get('/v1/checkpoint/quorate', guard('log:read'), (_request, reply) => {
    const note = cosigned.quorate();
    if (note === undefined) throw fail('not-found', NO_QUORUM);
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').send(note);
  });
  app.get('/v1/checkpoint/cose', guard('log:read'), async (_request, reply) => {
    const root = await signedRoot();
    if (root === undefined) throw fail('not-found', NO_QUORUM);
    const [header, signature] = [encodeBase64url(root.protected), encodeBase64url(root.signature)];
    return reply.header('cache-control', 'no-cache').send({ note: root.note, protected: header, signature });
  });
}
