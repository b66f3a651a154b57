import { existsSync } from 'node:fs';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import { readHeldKey } from '../../shared/trust/directory/ask-for-keys.js';
import { publicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { nextKeyOf } from '../../shared/trust/signers/own-signer.js';
import { newestDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
import type { KeyFile } from '../init/key-files.js';
import { writeSecretJson } from '../init/secrets.js';
import { askRoot, changesAsked } from '../root/ask-root.js';
import { type RootRequestOptions, writeRootRequest } from '../root/write-root-request.js';
import type { ExitCode } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { lockDirectory } from '../up/lock.js';
import { kidInFile, listedNext, nextKid, notInThisHome } from './local-keys.js';

/** True for a key of the hub whose next one is not listed yet, in a home without the root key that lists it. */
export function isForRoot(home: Home, file: KeyFile, directory: Directory): boolean {
  return file.owner === 'hub' && !existsSync(home.rootKey) && listedNext(file, directory) === undefined;
}

interface AskToRotateParams extends RootRequestOptions {
  readonly now: Date;
  readonly output: Output;
}

/**
 * Makes the next key of the hub beside the present one, or takes the one that the root is asked to list already, and writes the request
 * to the holder of the root key. Throws `forbidden` without the present key, and `busy` while another process signs.
 */
export async function askToRotate(
  home: Home,
  file: KeyFile,
  { now, ...writing }: AskToRotateParams,
): Promise<ExitCode> {
  if (kidInFile(file.path) === undefined) throw notInThisHome(file);
  const lock = lockDirectory(home);
  try {
    const directory = await newestDirectory(home);
    const asked = await changesAsked(home, directory, now);
    const held = readHeldKey(nextKeyOf(file.path));
    const waiting = asked.added.find(({ kid, jwk }) => kid === held?.kid && jwk.x === held.x);
    const entry = waiting ?? (await makeNextKey(file, directory, { besides: asked.added, now }));
    const text = await askRoot(home, { added: [entry], now, say: writing.output.note });
    return writeRootRequest(home, text, writing);
  } finally {
    lock.release();
  }
}

/** Makes the next key beside a key file, numbered after those that are to be listed `besides`. */
async function makeNextKey(
  file: KeyFile,
  directory: Directory,
  { besides, now }: { readonly besides: readonly KeyEntry[]; readonly now: Date },
): Promise<KeyEntry> {
  const key = await generateKey(nextKid(file, directory, besides));
  writeSecretJson(nextKeyOf(file.path), key);
  const person = directory.key(kidInFile(file.path) ?? '')?.person;
  return newEntry(publicJwk(key), { notBefore: now, person });
}
