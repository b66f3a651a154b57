import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseLate } from './http-server-options.js';

/** How long a body of up to 256 KiB may take to arrive whole, in milliseconds. */
export const BODY_DEADLINE_MS = 5_000;
/** The slowest rate at which a longer body may arrive, in bytes a millisecond. */
const SLOWEST_RATE = 52;

/**
 * Ends a request whose body arrives too slowly with 408, and closes its connection: places and memory for bodies are not
 * held for the whole request timeout. It applies once a route has accepted the request.
 */
export function addBodyDeadline(app: FastifyInstance, ms: number = BODY_DEADLINE_MS): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    const bytes = announcedBytes(request);
    if (bytes === 0) return;
    const timer = setTimeout(
      () => refuseLate(request.raw.socket),
      Math.max(ms, Math.ceil(bytes / SLOWEST_RATE)),
    );
    const stop = (): void => clearTimeout(timer);
    payload.once('end', stop);
    reply.raw.once('close', stop);
  });
}

/** A chunked body counts as the longest that the route takes. */
function announcedBytes({ headers, routeOptions }: FastifyRequest): number {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  const { bodyLimit } = routeOptions;
  if (coding !== undefined) return bodyLimit;
  return length === undefined ? 0 : Math.min(Number(length), bodyLimit);
}
