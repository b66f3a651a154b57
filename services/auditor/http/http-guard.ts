import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { createRequestLimit } from '../../shared/runtime/http-request-limit.js';
import { authorise, type Callers } from '../../shared/trust/callers.js';
import type { ScopeOf } from '../../shared/trust/tokens.js';
import type { ViewerScope } from '../decisions/decisions.js';

/** The most entries, notices or records in one answer, whatever `limit` says. */
export const MAX_LIMIT = 200;

/** Bounds of concurrent requests. The console uses one token for all its viewers, so each viewer is counted separately. */
const BOUNDS = { inAll: 32, each: { caller: 16, viewer: 4 } };

/** The query of a request about a single item. */
export interface NamedQuery {
  readonly viewer?: unknown;
  readonly id?: unknown;
}

/**
 * `records:read`: whole records, for the router and the federation's auditor. `decisions:read`: what a viewer
 * may see of the decisions on a notice, and the records of its own notices. `quarantine:read`: what a viewer
 * may see of the quarantine; for the federation also commands and the state of the file. `policies:read`: the
 * bundles of policies that decided. `policies:write`: adds a bundle; only routers have it. `overheld:read`:
 * the excess that recipients hold of a viewer's own notices. `log:read`: checkpoint, tiles and entries of the log.
 * `log:cosign`: adds a cosignature; only routers have it.
 */
type Scope = ScopeOf<'auditor'>;

/** Returns the options of a route that requires a token with this scope, a free request slot and a valid query. */
export type AuditorGuard = (
  scope: Scope,
  querystring?: object,
) => {
  readonly schema: object;
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
};

/** Creates the guard of the auditor's routes. */
export function createAuditorGuard(app: FastifyInstance, callers: Callers): AuditorGuard {
  const limit = createRequestLimit(app, BOUNDS);
  return (scope, querystring) => ({
    schema: querystring === undefined ? {} : { querystring },
    onRequest: async ({ headers, query }, reply) => {
      const { name } = authorise(callers(), headers.authorization, scope);
      const { viewer } = query as NamedQuery;
      limit.admit(reply, {
        caller: name,
        viewer: viewer === undefined ? undefined : `${name} for ${String(viewer)}`,
      });
    },
  });
}

/** Parses the query parameter `viewer`: the organisation, or `federation`, that the answer is for. Throws `id-invalid`. */
export function parseViewer(value: unknown): ViewerScope {
  return value === 'federation' ? value : parseOrgId(value);
}
