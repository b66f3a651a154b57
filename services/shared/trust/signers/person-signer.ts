import { fail } from '../../kernel/errors.js';
import type { UseOfPerson } from '../directory-key.js';
import { readSigner, type Signer } from '../keys.js';

/**
 * Reads and imports the private key that a person holds for one use: a command is signed with an operator key, an approval with an
 * approver key. Throws as `readSigner` does, and `key-invalid` for a key of another use.
 */
export async function readPersonSigner(path: string, use: UseOfPerson): Promise<Signer> {
  const signer = await readSigner(path);
  if (signer.use === use) return signer;
  throw fail('key-invalid', `key \`${signer.kid}\` is for \`${signer.use}\`, not for \`${use}\``);
}
