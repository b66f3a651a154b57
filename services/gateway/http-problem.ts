import type { FastifyError, FastifyReply } from 'fastify';
import { type Code, type Detail, errorFrom, fail, type LiaisonError } from '../shared/kernel/errors.js';

const STATUS: Partial<Record<Code, number>> = {
  forbidden: 403,
  'idempotency-conflict': 409,
  internal: 500,
  'kind-unknown': 422,
  'not-found': 404,
  oversize: 413,
  'rate-limited': 429,
  'review-required': 422,
  'schema-invalid': 422,
  'timed-out': 504,
  unauthorised: 401,
};
/** What a client may do meanwhile: nothing; it asks again after so long. */
const RETRY_SECONDS = '1';

export function statusOf({ code, family }: LiaisonError): number {
  return STATUS[code] ?? (family === 'operational' ? 503 : 400);
}

/** A problem document (RFC 9457): `code` is API, `errors` name the places, nothing says what a notice contains. */
function problemOf(error: LiaisonError) {
  const { code, message, details } = error;
  const status = statusOf(error);
  return {
    type: `urn:liaison:${code}`,
    title: code.replaceAll('-', ' '),
    status,
    code,
    detail: message,
    ...(details.length === 0 ? {} : { errors: details }),
  };
}

export function sendProblem(reply: FastifyReply, error: LiaisonError): FastifyReply {
  const problem = problemOf(error);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.status === 503) reply.header('retry-after', RETRY_SECONDS);
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

/** What fastify itself refuses, in our words. */
export function fromFastify(thrown: FastifyError | Error): LiaisonError {
  if ('validation' in thrown && thrown.validation !== undefined) {
    const details = thrown.validation.map(
      (fault): Detail => ({
        path: `${thrown.validationContext ?? ''}${fault.instancePath}`,
        message: fault.message ?? 'invalid',
      }),
    );
    return fail('usage', 'the request has parameters that do not fit', details);
  }
  switch ('code' in thrown ? thrown.code : undefined) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return fail('oversize', 'a notice is at most 256 KiB');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return fail('json-malformed', 'expected a body of type `application/json`');
    default:
      return errorFrom(thrown);
  }
}
