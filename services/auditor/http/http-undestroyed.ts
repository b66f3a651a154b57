import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import type { ShownUndestroyed } from '../../shared/wire/shown-undestroyed.js';
import { countUndestroyed } from '../undestroyed.js';
import { type AuditorGuard, parseViewer } from './http-guard.js';
import type { OverheldRouteDeps } from './http-overheld.js';

type UndestroyedRouteDeps = Pick<OverheldRouteDeps, 'archive' | 'held' | 'clock'>;

interface UndestroyedParams {
  readonly viewer?: unknown;
  readonly member?: unknown;
}

/** Adds the route that counts what a member has not destroyed, and what others have not of its notices, for the federation alone. */
export function addUndestroyedRoute(
  app: FastifyInstance,
  guard: AuditorGuard,
  { archive, held, clock }: UndestroyedRouteDeps,
): void {
  const route = guard('quarantine:read');
  app.get<{ Querystring: UndestroyedParams }>(
    '/v1/undestroyed',
    route,
    async (request): Promise<ShownUndestroyed> => {
      const { viewer, member } = request.query;
      if (viewer === undefined || parseViewer(viewer) !== 'federation')
        throw fail('forbidden', 'only the federation sees what its members have not destroyed');
      const org = parseOrgId(member);
      await held.caughtUp();
      return countUndestroyed(org, { archive, clock, signal: signalOf(request) });
    },
  );
}
