import type { FastifyReply } from 'fastify';
import { type Code, errorFrom, fail, type LiaisonError } from '../shared/kernel/errors.js';

const STATUS: Partial<Record<Code, number>> = {
  'config-invalid': 503,
  forbidden: 403,
  internal: 500,
  'not-found': 404,
  oversize: 413,
  'rate-limited': 429,
  unauthorised: 401,
};

/** Answers with a problem document (RFC 9457): our code, a safe message, nothing of anybody's data. */
export function sendProblem(reply: FastifyReply, thrown: unknown): FastifyReply {
  const { code, family, message, details } = known(thrown);
  const status = STATUS[code] ?? (family === 'operational' ? 503 : 400);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: `urn:liaison:${code}`,
      title: code.replaceAll('-', ' '),
      status,
      code,
      detail: message,
      ...(details.length === 0 ? {} : { errors: details }),
    });
}

/** What fastify itself refuses is the caller's to mend. */
function known(thrown: unknown): LiaisonError {
  const { code } = Object(thrown) as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('FST_ERR_CTP')
    ? fail('usage', 'expected a small body of JSON')
    : errorFrom(thrown);
}
