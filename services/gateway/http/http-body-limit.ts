import type { FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { createBudget } from '../budget.js';

/** Bytes of the longest body; no notice is longer in any form. */
export const BODY_LIMIT = 262_144;
/** Bytes of bodies that may be under way at once. */
const INTAKE_BYTES = 16 * 1024 * 1024;

/** An `onRequest` hook of routes with a body. It runs after the guard, so that only callers with the scope use the budget. */
export type IntakeGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Creates the hook that bounds the bytes of bodies under way: above that it throws `busy`. */
export function createIntakeGuard(): IntakeGuard {
  const budget = createBudget(INTAKE_BYTES);
  return async ({ headers }, { raw }) => {
    // A chunked body does not state its length and counts as the longest.
    const length = Number(headers['content-length'] ?? BODY_LIMIT);
    const done = budget.tryTake(Math.min(length, BODY_LIMIT));
    if (done === undefined) throw fail('busy', 'too much arrives at once');
    // Emitted after the answer, and when the caller disconnects before.
    raw.once('close', done);
  };
}
