import type { FastifyRequest } from 'fastify';
import { authorise, type Callers } from '../../shared/trust/callers.js';
import type { ScopeOf } from '../../shared/trust/tokens.js';

/** Returns an `onRequest` hook that requires a token with this scope: `unauthorised`, `forbidden`. */
export type Guard = (scope: ScopeOf<'gateway'>) => (request: FastifyRequest) => Promise<void>;

/** Creates the guard for the callers that the token file lists now. */
export function createGuard(callers: Callers): Guard {
  return (scope) => async (request) => {
    names.set(request, authorise(callers(), request.headers.authorization, scope).name);
  };
}

const names = new WeakMap<FastifyRequest, string>();

/** The name of the caller whose token the guard accepted for this request. */
export function callerOf(request: FastifyRequest): string {
  return names.get(request) ?? '';
}
