import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseCosign } from '../../shared/wire/cosign-question.js';
import type { ShownLacking } from '../../shared/wire/shown-ledger.js';
import type { AuditorGuard } from '../http/http-guard.js';
import type { Sealer } from './sealer.js';

const MAX_BODY_BYTES = 16_384;

/**
 * Adds the route by which routers pass on the cosignatures of witnesses and what they have cosigned before, and
 * `GET /v1/log/lacking`: what an order to begin the next life must name, null while no records are missing.
 */
export function addWitnessRoutes(
  app: FastifyInstance,
  guard: AuditorGuard,
  { cosigned, witnessed, lacking }: Pick<Sealer, 'cosigned' | 'witnessed' | 'lacking'>,
): void {
  const cosign = { ...guard('log:cosign'), bodyLimit: MAX_BODY_BYTES };
  app.post('/v1/cosignatures', cosign, async ({ body }, reply) => {
    const cosignature = parseCosign(body);
    if (cosignature === undefined)
      throw fail('schema-invalid', 'not a `size`, a `line` of a signature and perhaps a `note`');
    const { note, line } = cosignature;
    await (note === undefined ? cosigned.add(cosignature) : witnessed(note + line));
    return reply.code(204).send();
  });
  app.get('/v1/log/lacking', guard('log:read'), (): ShownLacking => {
    const { checkpoint, kept } = lacking() ?? {};
    return { lacking: checkpoint === undefined || kept === undefined ? null : { checkpoint, kept } };
  });
}
