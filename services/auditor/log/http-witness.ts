import type { FastifyInstance } from 'fastify';
import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseCosign } from '../../shared/wire/cosign-question.js';
import type { AuditorGuard } from '../http-guard.js';
import type { Sealer } from './sealer.js';

const MAX_BODY_BYTES = 16_384;
const NO_QUORUM = 'no checkpoint has the cosignatures of a quorum yet';

/**
 * Adds the routes by which routers pass on the cosignatures of witnesses and what they have cosigned before, and the newest
 * quorate checkpoint: as a note, and with the signature over its root that COSE receipts carry.
 */
export function addWitnessRoutes(
  app: FastifyInstance,
  guard: AuditorGuard,
  { cosigned, witnessed, signedRoot }: Pick<Sealer, 'cosigned' | 'witnessed' | 'signedRoot'>,
): void {
  const cosign = { ...guard('log:cosign'), bodyLimit: MAX_BODY_BYTES };
  app.post('/v1/cosignatures', cosign, async ({ body }, reply) => {
    const cosignature = parseCosign(body);
    if (cosignature === undefined)
      throw fail('schema-invalid', 'not a `size`, a `line` of a signature and perhaps a `note`');
    await (cosignature.note === undefined ? cosigned.add(cosignature) : witnessed(cosignature.note));
    return reply.code(204).send();
  });
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
