import type { FastifyRequest } from 'fastify';
import { authorise, type Caller, type Scope } from './callers.js';

/** Asks for a scope before the body is read. */
export type Guard = (scope: Scope) => (request: FastifyRequest) => Promise<void>;

export function createGuard(callers: () => readonly Caller[]): Guard {
  return (scope) => async (request) => {
    names.set(request, authorise(callers(), request.headers.authorization, scope).name);
  };
}

const names = new WeakMap<FastifyRequest, string>();

/** The name of the local system that was let in. */
export function callerOf(request: FastifyRequest): string {
  return names.get(request) ?? '';
}
