import type { FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { authorise, type Callers } from '../../shared/trust/callers.js';
import type { ScopeOf } from '../../shared/trust/tokens.js';
import { createBudget } from '../budget.js';

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

/** A notice is at most so long, in any form. */
export const BODY_LIMIT = 262_144;
const INTAKE_BYTES = 16 * 1024 * 1024;

/** Stands behind the guard of a route that takes a body, so that nobody without its scope holds any of it. */
export type IntakeGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** What is under way is bounded by its bytes; above that the submitter waits and asks again. */
export function createIntakeGuard(): IntakeGuard {
  const budget = createBudget(INTAKE_BYTES);
  return async ({ headers }, { raw }) => {
    // Chunked bodies do not say how long they are; the limit of one body holds for them too.
    const length = Number(headers['content-length'] ?? BODY_LIMIT);
    const done = budget.tryTake(Math.min(length, BODY_LIMIT));
    if (done === undefined) throw fail('busy', 'too much arrives at once');
    // Answered, or gone before it was.
    raw.once('close', done);
  };
}
