import type { FastifyError } from 'fastify';
import { type Detail, errorFrom, fail, type LiaisonError } from '../shared/kernel/errors.js';

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
      return fail('media-type-unsupported', 'expected a body of type `application/json`');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return fail('json-malformed', 'expected a body of JSON');
    default:
      return errorFrom(thrown);
  }
}
