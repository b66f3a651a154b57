import { errorFrom, fail, type LiaisonError } from '../shared/kernel/errors.js';

/** What fastify itself refuses is the caller's to mend. */
export function fromFastify(thrown: unknown): LiaisonError {
  const { code } = Object(thrown) as { readonly code?: unknown };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return fail('media-type-unsupported', 'expected a body of type `application/json`');
  return typeof code === 'string' && code.startsWith('FST_ERR_CTP')
    ? fail('usage', 'expected a small body of JSON')
    : errorFrom(thrown);
}
