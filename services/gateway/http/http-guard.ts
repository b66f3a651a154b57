import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createRequestLimit } from '../../shared/runtime/http-request-limit.js';
import { authorise, type Caller, type Callers } from '../../shared/trust/callers.js';
import type { ScopeOf } from '../../shared/trust/tokens.js';

/**
 * Returns an `onRequest` hook that requires a token with this scope (`unauthorised`, `forbidden`) and a free request slot
 * (`busy`).
 */
export type Guard = (
  scope: ScopeOf<'gateway'>,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Maximum concurrent requests, streams included. */
const BOUNDS = { inAll: 256, each: { caller: 128 } };

/** Creates the guard for the callers that the token file lists now. */
export function createGuard(app: FastifyInstance, callers: Callers): Guard {
  const limit = createRequestLimit(app, BOUNDS);
  return (scope) => async (request, reply) => {
    const caller = authorise(callers(), request.headers.authorization, scope);
    limit.admit(reply, { caller: caller.name });
    admitted.set(request, caller);
  };
}

const admitted = new WeakMap<FastifyRequest, Caller>();

/** The name of the caller whose token the guard accepted for this request. */
export function callerOf(request: FastifyRequest): string {
  return admitted.get(request)?.name ?? '';
}

/** True when the token that the guard accepted for this request has this scope too. */
export function hasScope(request: FastifyRequest, scope: ScopeOf<'gateway'>): boolean {
  return admitted.get(request)?.scopes.includes(scope) ?? false;
}
