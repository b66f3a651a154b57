import type { Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';

/** A request that has not arrived whole by then is nobody's who means it. */
export const RECEIVE_MS = 30_000;

/**
 * Options of each server that people or local systems reach: a request that dawdles is answered 408 and its connection
 * closed, also one that never begins. It bounds the receiving alone: how long an answer may take, or a stream go on, is
 * for its route to say, so there is no `connectionTimeout`, which would cut a listener to whom nothing happens.
 */
export function receiving(ms: number = RECEIVE_MS) {
  return {
    requestTimeout: ms,
    // Node looks every half minute unless told; its `headersTimeout` is at most the other.
    http: { requestTimeout: ms, headersTimeout: ms, connectionsCheckingInterval: Math.ceil(ms / 10) },
  } satisfies FastifyHttpOptions<Server>;
}
