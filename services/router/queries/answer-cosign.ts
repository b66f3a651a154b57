import { fail } from '../../shared/kernel/errors.js';
import type { Claims } from '../../shared/trust/jws.js';
import { parseCosign } from '../../shared/wire/cosign-question.js';
import type { Hub } from '../hub.js';

/**
 * Passes a witness's cosignature, or the checkpoint that it cosigned, on to the auditor, which verifies it. Throws
 * `schema-invalid`, `unreachable`, and the code with which the auditor refuses it.
 */
export async function answerCosign(
  query: Claims,
  { sendCosignature }: Pick<Hub, 'sendCosignature'>,
): Promise<Claims> {
  const cosignature = parseCosign(query);
  if (cosignature === undefined)
    throw fail('schema-invalid', 'not a `size`, a `line` of a signature and perhaps a `note`');
  await sendCosignature(cosignature);
  return { type: 'cosign' };
}
