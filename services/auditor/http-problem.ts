import type { FastifyReply } from 'fastify';
import { type Code, errorFrom } from '../shared/kernel/errors.js';

const STATUS: Partial<Record<Code, number>> = {
  forbidden: 403,
  'id-invalid': 400,
  internal: 500,
  'not-found': 404,
  'not-ready': 503,
  unauthorised: 401,
  usage: 400,
};

/** Answers with a problem document (RFC 9457): our code, a safe message, nothing of anybody's data. */
export function sendProblem(reply: FastifyReply, thrown: unknown): FastifyReply {
  const { code, family, message } = errorFrom(thrown);
  const status = STATUS[code] ?? (family === 'operational' ? 503 : 400);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ type: `urn:liaison:${code}`, title: code, status, code, detail: message });
}
