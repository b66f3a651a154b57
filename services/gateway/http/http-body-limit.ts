import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Budget, createBudget } from '../../shared/kernel/budget.js';
import { fail } from '../../shared/kernel/errors.js';
import { onceEnded } from '../../shared/runtime/http-request-limit.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { callerOf } from './http-guard.js';

/** Bytes of the longest body; no notice is longer in any form. */
export const BODY_LIMIT = 262_144;
/** Bytes of bodies that may be under way at once. */
const INTAKE_BYTES = 16 * 1024 * 1024;
/** Maximum bytes of one caller, so that no caller can occupy the whole intake. */
const CALLER_BYTES = INTAKE_BYTES / 2;

/** An `onRequest` hook of routes with a body. It runs after the guard, so that only callers with the scope use the budget. */
export type IntakeGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * Creates the hook that bounds the bytes of bodies under way, for each caller and in total. It throws `busy` above the
 * bound, and `full` while a reader keeps the log of the database from being shortened.
 */
export function createIntakeGuard({ isLogFull }: Pick<GatewayStore, 'isLogFull'>): IntakeGuard {
  const all = createBudget(INTAKE_BYTES);
  const callers = new Map<string, Budget>();
  const budgetOf = (caller: string): Budget => {
    const own = callers.get(caller) ?? createBudget(CALLER_BYTES);
    callers.set(caller, own);
    return own;
  };
  return async (request, reply) => {
    if (isLogFull())
      throw fail('full', 'the database is being read for too long: try again when its backup is done');
    // A chunked body does not state its length and counts as the longest.
    const length = Math.min(Number(request.headers['content-length'] ?? BODY_LIMIT), BODY_LIMIT);
    const ownDone = budgetOf(callerOf(request)).tryTake(length);
    if (ownDone === undefined) throw fail('busy', 'this caller sends too much at once');
    onceEnded(reply, ownDone);
    const done = all.tryTake(length);
    if (done === undefined) throw fail('busy', 'too much is sent at once');
    onceEnded(reply, done);
  };
}
