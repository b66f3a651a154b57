import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { type Code, errorFrom, fail, type LiaisonError } from '../kernel/errors.js';
import { errorFromFault, type SchemaFault } from './http-query.js';
import type { Logger } from './logger.js';

const STATUS: Partial<Record<Code, number>> = {
  'config-invalid': 503,
  'content-lost': 409,
  forbidden: 403,
  'extension-too-late': 422,
  'extension-too-long': 422,
  'idempotency-conflict': 409,
  internal: 500,
  'kind-unknown': 422,
  'media-type-unsupported': 415,
  'method-not-allowed': 405,
  'not-approved': 422,
  'not-found': 404,
  'not-provable': 409,
  'not-withheld': 422,
  'notice-ended': 409,
  'organisation-leaving': 409,
  'organisation-left': 409,
  'organisation-suspended': 409,
  'organisation-unknown': 422,
  oversize: 413,
  'rate-limited': 429,
  'release-refused': 422,
  'request-answered': 409,
  'request-open': 409,
  'review-required': 422,
  'schema-invalid': 422,
  'suspension-too-long': 422,
  'timed-out': 504,
  'too-many-actions': 409,
  unauthorised: 401,
};

/** The `Retry-After` of a 429 or 503, in seconds, unless its route has set one. */
const RETRY_SECONDS = '1';

/** Returns the HTTP status of the answer for an error. */
export function httpStatusOf({ code, family }: Pick<LiaisonError, 'code' | 'family'>): number {
  return STATUS[code] ?? (family === 'operational' ? 503 : 400);
}

/** Returns a server's own error for a body that fastify refuses with this code; undefined for the default. */
export type BodyError = (code: string) => LiaisonError | undefined;

/** Answers errors, unknown paths and wrong methods with a problem document. Only `internal` errors are logged. */
export function answerProblems(
  app: FastifyInstance,
  log: Logger,
  bodyError: BodyError = () => undefined,
): void {
  app.setErrorHandler<Error>((thrown, { id, routeOptions }, reply) => {
    const error = fromFastify(thrown, bodyError);
    if (error.code === 'internal')
      log.error({ err: error.cause, request: id, route: routeOptions.url }, error.message);
    return sendProblem(reply, error);
  });
  const methodsAt = noteMethods(app);
  // Before any body is read: no token is checked for a path without a route.
  app.addHook('onRequest', async ({ is404, url, method }, reply) => {
    if (!is404) return;
    const methods = methodsAt(url);
    if (methods.length === 0) throw fail('not-found', 'no such resource');
    reply.header('allow', methods.join(', '));
    throw fail('method-not-allowed', `\`${method}\` is not allowed here, expected ${methods.join(', ')}`);
  });
  app.addHook('preParsing', async ({ headers }) => {
    const coding = headers['content-encoding']?.toLowerCase() ?? 'identity';
    if (coding !== 'identity')
      throw fail('media-type-unsupported', 'expected a body without `Content-Encoding`');
  });
}

/** Converts an error thrown by a route or by fastify: a schema that is not met, or a body that fastify refuses. */
function fromFastify(thrown: FastifyError | Error, bodyError: BodyError): LiaisonError {
  const [fault] = 'validation' in thrown ? (thrown.validation ?? []) : [];
  if (fault !== undefined) return errorFromFault(fault as unknown as SchemaFault);
  const code = 'code' in thrown ? thrown.code : '';
  // The connection ended in the middle of a body, so no answer arrives.
  if (code === 'ECONNRESET') return fail('timed-out', 'the body did not arrive');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return fail('media-type-unsupported', 'expected a body of type `application/json`');
  return (code.startsWith('FST_ERR_CTP') ? bodyError(code) : undefined) ?? errorFrom(thrown);
}

/** Returns a function that gives the methods of a URL, for the routes that are added from now on. */
function noteMethods(app: FastifyInstance): (url: string) => readonly string[] {
  const routes: { readonly parts: readonly string[]; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ parts: url.split('/'), methods: [method].flat() });
  });
  return (url) => {
    const path = url.split('?', 1)[0]?.split('/') ?? [];
    const here = routes.filter(
      ({ parts }) =>
        parts.length === path.length && parts.every((part, at) => /^[:*]/.test(part) || part === path[at]),
    );
    return [...new Set(here.flatMap(({ methods }) => methods))].toSorted();
  };
}

function sendProblem(reply: FastifyReply, error: LiaisonError): FastifyReply {
  const status = httpStatusOf(error);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if ((status === 429 || status === 503) && !reply.hasHeader('retry-after'))
    reply.header('retry-after', RETRY_SECONDS);
  return reply.code(status).type('application/problem+json').send(problemOf(error, status));
}

/** Builds a problem document (RFC 9457): `code` is API, `errors` name the places; never holds content of a notice. */
export function problemOf({ code, message, details }: LiaisonError, status: number): object {
  return {
    type: `urn:liaison:${code}`,
    title: code.replaceAll('-', ' '),
    status,
    code,
    detail: message,
    ...(details.length === 0 ? {} : { errors: details }),
  };
}
