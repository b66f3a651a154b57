import type { Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';
import { answerBroken } from './http-broken.js';

/** A request that has not arrived whole by then is nobody's who means it. */
export const RECEIVE_MS = 30_000;

/** More than node lets a path be. */
const MAX_NAME_LENGTH = 65_536;
/** Where there is nothing. */
const NOWHERE = '/-';

/**
 * Options of each server that people or local systems reach. What cannot be read as a request is told that, and a path
 * that no name can have is answered like every other that is not there. A request that dawdles is answered 408 and its connection
 * closed, also one that never begins. It bounds the receiving alone: how long an answer may take, or a stream go on, is
 * for its route to say, so there is no `connectionTimeout`, which would cut a listener to whom nothing happens.
 */
export function receiving(ms: number = RECEIVE_MS) {
  return {
    clientErrorHandler: answerBroken,
    rewriteUrl: ({ url = NOWHERE }) => (isDecodable(url) ? url : NOWHERE),
    routerOptions: { maxParamLength: MAX_NAME_LENGTH },
    requestTimeout: ms,
    // Node looks every half minute unless told; its `headersTimeout` is at most the other.
    http: { requestTimeout: ms, headersTimeout: ms, connectionsCheckingInterval: Math.ceil(ms / 10) },
  } satisfies FastifyHttpOptions<Server>;
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}
