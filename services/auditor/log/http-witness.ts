import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseCosign } from '../../shared/wire/cosign-question.js';
import type { AuditorGuard } from '../http-guard.js';
import type { CosignedNotes } from './cosigned-notes.js';

const MAX_BODY_BYTES = 4_096;

/** Adds the routes by which routers pass on the cosignatures of witnesses, and the newest quorate checkpoint. */
export function addWitnessRoutes(
  app: FastifyInstance,
  guard: AuditorGuard,
  cosigned: Pick<CosignedNotes, 'add' | 'quorate'>,
): void {
  const cosign = { ...guard('log:cosign'), bodyLimit: MAX_BODY_BYTES };
  app.post('/v1/cosignatures', cosign, async ({ body }, reply) => {
    const cosignature = parseCosign(body);
    if (cosignature === undefined) throw fail('schema-invalid', 'not a `size` and a `line` of a signature');
    await cosigned.add(cosignature);
    return reply.code(204).send();
  });
  app.get('/v1/checkpoint/quorate', guard('log:read'), (_request, reply) => {
    const note = cosigned.quorate();
    if (note === undefined) throw fail('not-found', 'no checkpoint has the cosignatures of a quorum yet');
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').send(note);
  });
}
