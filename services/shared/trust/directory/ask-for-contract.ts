import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import { type AskingParams, heldInForce } from './ask-for-keys.js';
import { signKeyRequest } from './key-request.js';

/**
 * Returns a request to list the newest contract that the gateway of an organisation speaks, signed by a notice key and the approvers.
 * Throws `key-unknown` without a notice key in force, and as `readHeldKey` does.
 */
export async function askForContract(contract: number, params: AskingParams): Promise<string> {
  const { org, directory, now, approvers } = params;
  const notice = heldInForce('notice', params).at(-1);
  if (notice === undefined)
    throw fail('key-unknown', 'a newer contract needs the signature of a notice key in force');
  const wish = { type: 'contract', contract } as const;
  const claims = { iss: org, aud: directory.federation, iat: seconds(now), wish };
  return signKeyRequest(claims, [notice, ...approvers]);
}
