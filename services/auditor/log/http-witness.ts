import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseCosign } from '../../shared/wire/cosign-question.js';
import type { AuditorGuard } from '../http/http-guard.js';
import type { Sealer } from './sealer.js';

const MAX_BODY_BYTES = 16_384;

/** Adds the route by which routers pass on the cosignatures of witnesses and what they have cosigned before. */
export function addWitnessRoutes(
  app: FastifyInstance,
  guard: AuditorGuard,
  { cosigned, witnessed }: Pick<Sealer, 'cosigned' | 'witnessed'>,
): void {
  const cosign = { ...guard('log:cosign'), bodyLimit: MAX_BODY_BYTES };
  app.post('/v1/cosignatures', cosign, async ({ body }, reply) => {
    const cosignature = parseCosign(body);
    if (cosignature === undefined)
      throw fail('schema-invalid', 'not a `size`, a `line` of a signature and perhaps a `note`');
    await (cosignature.note === undefined ? cosigned.add(cosignature) : witnessed(cosignature.note));
    return reply.code(204).send();
  });
}
