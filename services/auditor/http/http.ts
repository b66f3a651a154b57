import type { FastifyInstance } from 'fastify';
import { addOverheldRoute, type OverheldRouteDeps } from './http-overheld.js';
import { addPolicyRoutes } from './http-policies.js';
import { createReadHttp, type ReadHttpDeps } from './http-server.js';
import { addUndestroyedRoute } from './http-undestroyed.js';
import { addWitnessRoutes } from '../log/http-witness.js';
import type { Sealer } from '../log/sealer.js';
import type { PolicyArchive } from '../policy-archive.js';

interface HttpDeps extends ReadHttpDeps, Pick<OverheldRouteDeps, 'held' | 'adoptedExcess' | 'clock'> {
  readonly policies: PolicyArchive;
  readonly sealer: ReadHttpDeps['sealer'] & Pick<Sealer, 'cosigned' | 'witnessed' | 'lacking'>;
}

/**
 * Creates the auditor's HTTP API: whole records by number, what a viewer may see of notices and quarantine,
 * and the bundles of policies that routers adopted. Only bundles and the cosignatures of witnesses can be written
 * over HTTP.
 */
export function createHttp({ policies, held, adoptedExcess, clock, ...deps }: HttpDeps): FastifyInstance {
  const { app, guard } = createReadHttp(deps);
  addPolicyRoutes(app, guard, policies);
  addWitnessRoutes(app, guard, deps.sealer);
  addOverheldRoute(app, guard, { archive: deps.archive, held, adoptedExcess, clock });
  addUndestroyedRoute(app, guard, { archive: deps.archive, held, clock });
  return app;
}
