import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { fail, type LiaisonError } from '../kernel/errors.js';
import { problemOf } from './http-problem.js';

type Refusal = readonly [status: number, error: LiaisonError];

const REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, fail('timed-out', 'the request did not arrive in time')],
  HPE_HEADER_OVERFLOW: [431, fail('oversize', 'the headers of the request are too long')],
};
const BROKEN: Refusal = [400, fail('usage', 'this is no request of HTTP')];

/** What comes before there is a request is a problem document too, and the end of its connection. */
export function answerBroken({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(answer(REFUSALS[code] ?? BROKEN));
  socket.destroy();
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
