import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import { wholeNumber } from '../../shared/runtime/http-query.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import type { ShownOverheld } from '../../shared/wire/shown-overheld.js';
import type { AdoptedExcess } from '../adopted-excess.js';
import type { Archive } from '../archive.js';
import type { HeldFollower } from '../follow-held.js';
import { type AuditorGuard, parseViewer } from './http-guard.js';
import { listOverheld, MAX_OVERHELD } from '../overheld.js';

/** What the route of held notices reads. */
export interface OverheldRouteDeps {
  readonly archive: Pick<Archive, 'held'>;
  readonly held: Pick<HeldFollower, 'caughtUp'>;
  readonly adoptedExcess: () => Promise<AdoptedExcess>;
  readonly clock: Clock;
}

interface OverheldParams {
  readonly viewer?: unknown;
  readonly after?: string;
  readonly limit: string;
}

const query = {
  type: 'object',
  properties: { after: { type: 'string', maxLength: 256 }, limit: wholeNumber(MAX_OVERHELD) },
};

/** Adds the route that lists the excess that recipients hold of the viewer's own notices. */
export function addOverheldRoute(
  app: FastifyInstance,
  guard: AuditorGuard,
  { archive, held, adoptedExcess, clock }: OverheldRouteDeps,
): void {
  const route = guard('overheld:read', query);
  app.get<{ Querystring: OverheldParams }>('/v1/overheld', route, async (request): Promise<ShownOverheld> => {
    const { viewer, after, limit } = request.query;
    if (viewer === undefined) throw fail('usage', '`viewer` is missing: whose notices to list');
    const asked = { viewer: parseViewer(viewer), after, limit: Math.min(Number(limit), MAX_OVERHELD) };
    await held.caughtUp();
    return listOverheld(asked, {
      archive,
      clock,
      signal: signalOf(request),
      ...(await adoptedExcess()),
    });
  });
}
