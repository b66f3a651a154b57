import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import { parsePrivateJwk } from '../../shared/trust/jwk.js';
import { nextKeyOf } from '../../shared/trust/own-signer.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { type KeyFile, keyFiles } from '../init/key-files.js';
import { routersOf } from '../init/routers.js';

/** A key that lies in this home. */
export interface LocalKey extends KeyFile {
  readonly kid: string;
  /** The directory lists the one that waits to take its place. */
  readonly isReplaced: boolean;
}

/** The places of every key that signs, whether its private half is here or not. */
export function keyFilesFor(home: Home, { organisations }: Directory): readonly KeyFile[] {
  return keyFiles(home, { orgs: [...organisations.keys()], routers: routersOf(home) });
}

/** Every key whose private half lies in this home. Throws `config-invalid` or `key-invalid` for a file that is no such key. */
export function localKeys(home: Home, directory: Directory): readonly LocalKey[] {
  return keyFilesFor(home, directory).flatMap((place) => {
    const next = kidInFile(nextKeyOf(place.path));
    const waiting = next === undefined || directory.key(next) === undefined ? [] : [next];
    const kid = kidInFile(place.path);
    const now = kid === undefined ? [] : [{ ...place, kid, isReplaced: waiting.length > 0 }];
    return [...now, ...waiting.map((one) => ({ ...place, kid: one, isReplaced: false }))];
  });
}

/** The id of the key in a file; undefined where there is none. */
export function kidInFile(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return parsePrivateJwk(parseStrictJson(readSecret(path))).kid;
}

/** Every key that a directory lists: the hub's, then those of each organisation. */
export function keysOf({ hub, organisations }: Directory): Directory['hub']['keys'] {
  return [...hub.keys, ...[...organisations.values()].flatMap(({ keys }) => keys)];
}

/** Only the federation's root signs a directory. Throws `forbidden` where its key is not in this home. */
export function requireRoot(home: Home): void {
  if (existsSync(home.rootKey)) return;
  throw fail(
    'forbidden',
    `\`${home.rootKey}\` is not here: only who keeps the root key of the federation signs its next directory, so it is theirs to do`,
  );
}

/** The words after `liaison` that make the next key of a place. */
export function rotateCommand({ owner, use, router = 1 }: Omit<KeyFile, 'path'>): string {
  return `key rotate ${owner} ${use}${router === 1 ? '' : ` --router ${router}`}`;
}
