import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { type Directory, type DirectoryKey, listingOf } from '../../shared/trust/directory.js';
import { readHeldKey } from '../../shared/trust/directory/ask-for-keys.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import { nextKidOf } from '../../shared/trust/directory/judge-key-request.js';
import { parseKid } from '../../shared/trust/kid.js';
import { nextKeyOf } from '../../shared/trust/signers/own-signer.js';
import { readPrivateJwk } from '../../shared/trust/secret-file.js';
import { type KeyFile, keyFiles } from '../init/key-files.js';
import {
  openPendingRequests,
  type PendingRequests,
  requestsIn,
} from '../../shared/trust/directory/pending-requests.js';
import { routerNumbers } from '../home/process-names.js';
import { routersOf } from '../init/routers.js';

/** A private key in this home. */
export interface LocalKey extends KeyFile {
  readonly kid: string;
  /** True when the directory lists its successor, which is in this home too. */
  readonly isReplaced: boolean;
}

/** Returns the file of every signing key, whether it exists in this home or not. */
export function keyFilesFor(home: Home, { organisations }: Directory): readonly KeyFile[] {
  return keyFiles(home, { orgs: [...organisations.keys()], routers: routersOf(home) });
}

/** Returns every private key in this home. Throws `config-invalid` or `key-invalid` for a file without a valid key. */
export function localKeys(home: Home, directory: Directory): readonly LocalKey[] {
  return keyFilesFor(home, directory).flatMap((place) => {
    const next = kidInFile(nextKeyOf(place.path));
    const waiting = next === undefined || directory.key(next) === undefined ? [] : [next];
    const kid = kidInFile(place.path);
    const now = kid === undefined ? [] : [{ ...place, kid, isReplaced: waiting.length > 0 }];
    return [...now, ...waiting.map((one) => ({ ...place, kid: one, isReplaced: false }))];
  });
}

/** Returns the next key beside a key file as a version lists it; undefined for one that is not listed, or revoked. */
export function listedNext({ path }: KeyFile, directory: Directory): DirectoryKey | undefined {
  const held = readHeldKey(nextKeyOf(path));
  const listed = held && listingOf(directory, held);
  return listed?.revokedAt === undefined ? listed : undefined;
}

/** Returns the id of the private key in a file; undefined for a missing file. */
export function kidInFile(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return readPrivateJwk(path).kid;
}

/** Returns every key of a directory: those of the hub, then those of each organisation. */
export function keysOf({ hub, organisations }: Directory): Directory['hub']['keys'] {
  return [...hub.keys, ...[...organisations.values()].flatMap(({ keys }) => keys)];
}

/** Returns the words after `liaison` that rotate a key. */
export function rotateCommand({ owner, use, number = 1 }: Omit<KeyFile, 'path'>): string {
  const which = use === 'approver' ? '--approver' : '--router';
  return `key rotate ${owner} ${use}${number === 1 ? '' : ` ${which} ${number}`}`;
}

/** Returns the id of the next key of an owner and use, after the listed ones and those that are to be `listed` besides. */
export function nextKid(
  of: Pick<KeyFile, 'owner' | 'use'>,
  directory: Directory,
  besides: readonly KeyEntry[] = [],
): string {
  return nextKidOf(of, [...keysOf(directory), ...besides.map(({ kid }) => ({ kid, ...parseKid(kid) }))]);
}

/** The error for a key file that is missing in this home. */
export function notInThisHome({ owner, use, path }: KeyFile): Error {
  const whose = owner === 'hub' ? 'the hub' : `\`${owner}\``;
  return fail(
    'forbidden',
    `\`${path}\` is not in this home: rotate the \`${use}\` key of ${whose} in the home that has it`,
  );
}

/** Opens the key requests that the routers of a hub keep. */
export function pendingRequestsOf(home: Home): PendingRequests {
  const [first = 1, ...more] = routerNumbers(routersOf(home));
  const folderOf = (router: number): string => requestsIn(home.router(router));
  return openPendingRequests(folderOf(first), ...more.map(folderOf));
}
