import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseLate } from './http-server-options.js';

/** How long a body of up to 256 KiB may take to arrive completely, in milliseconds. */
export const BODY_DEADLINE_MS = 5_000;
/** Minimum rate at which a longer body must arrive, in bytes per millisecond. */
const SLOWEST_RATE = 52;

/**
 * Answers a request whose body arrives too slowly with 408 and closes its connection, so that slow bodies do not occupy
 * request slots and memory for the whole request timeout. Applies once a route has accepted the request.
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

/** Returns the announced length; a chunked body counts as the maximum of the route. */
function announcedBytes({ headers, routeOptions }: FastifyRequest): number {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  const { bodyLimit } = routeOptions;
  if (coding !== undefined) return bodyLimit;
  return length === undefined ? 0 : Math.min(Number(length), bodyLimit);
}
