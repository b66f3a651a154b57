import type { FastifyRequest } from 'fastify';
import { authorise, type Callers } from '../shared/trust/callers.js';

/** What a token of a local system may be good for. */
export type Scope = 'notice:write' | 'notice:read' | 'inbox:read' | 'preview';

/** Asks for a scope before the body is read. */
export type Guard = (scope: Scope) => (request: FastifyRequest) => Promise<void>;

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
