import type { FastifyRequest } from 'fastify';
import { authorise, type Callers } from '../../shared/trust/callers.js';
import type { ScopeOf } from '../../shared/trust/scopes.js';

/** Asks for a scope before the body is read. */
export type Guard = (scope: ScopeOf<'gateway'>) => (request: FastifyRequest) => Promise<void>;

export function createGuard(callers: Callers): Guard {
  return (scope) => async (request) => {
    names.set(request, authorise(callers(), request.headers.authorization, scope).name);
  };
}

const names = new WeakMap<FastifyRequest, string>();

/** The name of the local system that was let in. */
export function callerOf(request: FastifyRequest): string {
  return names.get(request) ?? '';
}
