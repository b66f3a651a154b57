import type { FastifyRequest } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import type { Idempotency } from '../../shared/store/gateway/gateway-own.js';
import { digest } from '../../shared/trust/digest.js';
import { callerOf } from './http-guard.js';

/** The exact bytes of a body, for the strict JSON parser and for the digest of an idempotent request. */
export function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  throw fail('json-malformed', 'expected a body of type `application/json`');
}

/**
 * Returns the `Idempotency-Key` of a request, with the digest of what must be the same when it is repeated:
 * its body and, except for a new notice, its path. Undefined without a key. Throws `usage` for a malformed
 * one.
 */
export function idempotencyOf(request: FastifyRequest, bytes: Uint8Array): Idempotency | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw fail('usage', '`Idempotency-Key` is 1 to 255 printable characters');
  }
  const path = request.url === '/v1/notices' ? '' : `${request.url}\n`;
  return { caller: callerOf(request), key, body: digest(Buffer.concat([Buffer.from(path), bytes])) };
}
