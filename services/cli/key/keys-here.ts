import { existsSync } from 'node:fs';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import { parsePrivateJwk } from '../../shared/trust/jwk.js';
import { nextKeyOf } from '../../shared/trust/own-signer.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { type KeyPlace, keyPlaces } from '../init/key-places.js';
import { routersOf } from '../init/routers.js';

/** A key that lies in this home. */
export interface KeyHere extends KeyPlace {
  readonly kid: string;
  /** The directory lists the one that waits to take its place. */
  readonly isReplaced: boolean;
}

/** The places of every key that signs, whether its private half is here or not. */
export function placesFor(home: Home, { organisations }: Directory): readonly KeyPlace[] {
  return keyPlaces(home, { orgs: [...organisations.keys()], routers: routersOf(home) });
}

/** Every key whose private half lies in this home. Throws `config-invalid` or `key-invalid` for a file that is no such key. */
export function keysHere(home: Home, directory: Directory): readonly KeyHere[] {
  return placesFor(home, directory).flatMap((place) => {
    const next = kidIn(nextKeyOf(place.path));
    const waiting = next === undefined || directory.key(next) === undefined ? [] : [next];
    const kid = kidIn(place.path);
    const now = kid === undefined ? [] : [{ ...place, kid, isReplaced: waiting.length > 0 }];
    return [...now, ...waiting.map((one) => ({ ...place, kid: one, isReplaced: false }))];
  });
}

/** The id of the key in a file; undefined where there is none. */
export function kidIn(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return parsePrivateJwk(parseStrictJson(readSecret(path))).kid;
}

/** Every key that a directory lists: the hub's, then those of each organisation. */
export function keysOf({ hub, organisations }: Directory): Directory['hub']['keys'] {
  return [...hub.keys, ...[...organisations.values()].flatMap(({ keys }) => keys)];
}
