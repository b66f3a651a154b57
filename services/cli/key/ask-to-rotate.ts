import { existsSync } from 'node:fs';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import { readHeldKey } from '../../shared/trust/directory/ask-for-keys.js';
import { publicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { nextKeyOf } from '../../shared/trust/signers/own-signer.js';
import { newestDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
import type { KeyFile } from '../init/key-files.js';
import { writeSecretJson } from '../init/secrets.js';
import { askRootForKeys, keysAsked } from '../root/ask-root.js';
import { lockDirectory } from '../up/lock.js';
import { kidInFile, listedNext, nextKid, notInThisHome } from './local-keys.js';

/** True for a key of the hub whose next one is not listed yet, in a home without the root key that lists it. */
export function isForRoot(home: Home, file: KeyFile, directory: Directory): boolean {
  return file.owner === 'hub' && !existsSync(home.rootKey) && listedNext(file, directory) === undefined;
}

interface AskToRotateParams {
  readonly now: Date;
  readonly say: (words: string) => void;
}

/**
 * Makes the next key of the hub beside the present one, or takes the one that the root is asked to list already, and returns the request
 * to the holder of the root key. Throws `forbidden` without the present key, and `busy` while another process signs.
 */
export async function askToRotate(home: Home, file: KeyFile, params: AskToRotateParams): Promise<string> {
  const { now } = params;
  const before = kidInFile(file.path);
  if (before === undefined) throw notInThisHome(file);
  const lock = lockDirectory(home);
  try {
    const directory = await newestDirectory(home);
    const asked = await keysAsked(home, directory, now);
    const held = readHeldKey(nextKeyOf(file.path));
    const waiting = asked.added.find(({ kid, jwk }) => kid === held?.kid && jwk.x === held.x);
    if (waiting !== undefined) return await askRootForKeys(home, { ...params, added: [waiting] });
    const key = await generateKey(nextKid(file, directory, asked.added));
    writeSecretJson(nextKeyOf(file.path), key);
    const added = [newEntry(publicJwk(key), { notBefore: now, person: directory.key(before)?.person })];
    return await askRootForKeys(home, { ...params, added });
  } finally {
    lock.release();
  }
}
