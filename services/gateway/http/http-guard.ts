import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createRequestLimit } from '../../shared/runtime/http-request-limit.js';
import { authorise, type Callers } from '../../shared/trust/callers.js';
import type { ScopeOf } from '../../shared/trust/tokens.js';

/**
 * Returns an `onRequest` hook that requires a token with this scope (`unauthorised`, `forbidden`) and takes a place among
 * the requests at work (`busy`).
 */
export type Guard = (
  scope: ScopeOf<'gateway'>,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Requests that the gateway works on at once, its streams included. */
const BOUNDS = { inAll: 256, each: { caller: 128 } };

/** Creates the guard for the callers that the token file lists now. */
export function createGuard(app: FastifyInstance, callers: Callers): Guard {
  const limit = createRequestLimit(app, BOUNDS);
  return (scope) => async (request, reply) => {
    const { name } = authorise(callers(), request.headers.authorization, scope);
    limit.admit(reply, { caller: name });
    names.set(request, name);
  };
}

const names = new WeakMap<FastifyRequest, string>();

/** The name of the caller whose token the guard accepted for this request. */
export function callerOf(request: FastifyRequest): string {
  return names.get(request) ?? '';
}
