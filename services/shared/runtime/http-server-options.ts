import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions } from 'fastify';
import { fail, type LiaisonError } from '../kernel/errors.js';
import { problemOf } from './http-problem.js';

/** How long a request may take to arrive whole, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** Above the longest path that node accepts, so that no parameter is refused for its length. */
const MAX_NAME_LENGTH = 65_536;
/** A path without a route. */
const UNKNOWN_PATH = '/-';

/**
 * Fastify options of every server that people or local systems reach. A request that does not arrive within
 * `ms` is answered 408 and its connection closed, even if it never begins. Bytes that are not HTTP are
 * answered with a problem document, and a path that cannot be decoded with 404. There is no
 * `connectionTimeout`: it would end a stream that is silent, and each route decides how long its answer may
 * take.
 */
export function httpServerOptions(ms: number = REQUEST_TIMEOUT_MS) {
  return {
    clientErrorHandler: answerUnreadable,
    rewriteUrl: ({ url = UNKNOWN_PATH }) => (isDecodable(url) ? url : UNKNOWN_PATH),
    routerOptions: { maxParamLength: MAX_NAME_LENGTH },
    requestTimeout: ms,
    // By default node checks every 30 s; `headersTimeout` may not exceed `requestTimeout`.
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

type Refusal = readonly [status: number, error: LiaisonError];

const REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, fail('timed-out', 'the request did not arrive in time')],
  HPE_HEADER_OVERFLOW: [431, fail('oversize', 'the headers of the request are too long')],
};
const UNREADABLE: Refusal = [400, fail('usage', 'this is not an HTTP request')];

/** Answers a connection whose bytes are no request with a problem document, and closes it. */
function answerUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(answer(REFUSALS[code] ?? UNREADABLE));
  socket.destroy();
}

/** Answers a request whose body arrives too slowly, and closes its connection. */
export function refuseLate(socket: Socket): void {
  answerUnreadable({ name: '', message: '', code: 'ERR_HTTP_REQUEST_TIMEOUT' }, socket);
}

function answer([status, error]: Refusal): string {
  const body = JSON.stringify(problemOf(error, status));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
