import { existsSync } from 'node:fs';
import { tryLogin } from '../../bus/connect.js';
import { readSecret } from '../secret-file.js';
import { nextKeyOf, takeNextKey } from './own-signer.js';

/**
 * Replaces an nkey seed by the next one beside it if the broker of the home accepts that; resolves to false otherwise, also where there is
 * none. Another broker could accept an nkey that the hub never admits, and the admitted seed would be lost.
 * Throws as `tryLogin` and `takeNextKey` do.
 */
export async function takeAdmittedNkey(
  path: string,
  login: Omit<Parameters<typeof tryLogin>[0], 'seed' | 'name'>,
): Promise<boolean> {
  if (!existsSync(nextKeyOf(path))) return false;
  // Under another name: the hub takes the old nkey out once the gateway itself has logged in.
  const outcome = await tryLogin({ ...login, name: 'next-nkey', seed: readSecret(nextKeyOf(path)) });
  if (outcome === 'accepted') takeNextKey(path);
  return outcome === 'accepted';
}
