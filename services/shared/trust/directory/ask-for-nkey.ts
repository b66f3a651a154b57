import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MemberUser } from '../../bus/accounts.js';
import { newSeed, publicNkey } from '../../bus/nkeys.js';
import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import { writeWhole } from '../../kernel/write-whole.js';
import { readSecret } from '../secret-file.js';
import { nextKeyOf } from '../signers/own-signer.js';
import { type AskingParams, heldInForce } from './ask-for-keys.js';
import { signKeyRequest } from './key-request.js';

/** Returns the file of the nkey seed with which a user of an organisation logs in. */
export function nkeySeedIn(folder: string, user: MemberUser): string {
  return join(folder, `${user}.nk`);
}

/**
 * Makes the next nkey of a user beside the present one, or takes the one of an earlier call, and returns a request for it, signed by
 * both, a notice key and the approvers. Throws `key-unknown` without a notice key in force, and `config-invalid` for damaged files.
 */
export async function askForNextNkey(user: MemberUser, params: AskingParams): Promise<string> {
  const { folder, org, directory, now, approvers } = params;
  const notice = heldInForce('notice', params).at(-1);
  if (notice === undefined)
    throw fail('key-unknown', 'the next nkey needs the signature of a notice key in force');
  const path = nkeySeedIn(folder, user);
  const present = readSecret(path);
  if (!existsSync(nextKeyOf(path))) writeWhole(nextKeyOf(path), newSeed());
  const next = readSecret(nextKeyOf(path));
  const named = user === 'gateway' ? {} : { user };
  const wish = { type: 'nkey', ...named, nkey: publicNkey(next), replaces: publicNkey(present) } as const;
  const claims = { iss: org, aud: directory.federation, iat: seconds(now), wish };
  return signKeyRequest(claims, [notice, ...approvers], { next, replaced: present });
}
