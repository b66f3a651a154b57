import { readFileSync } from 'node:fs';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { Home } from '../runtime/home.js';
import { type Directory, openDirectory } from './directory.js';
import { parsePublicJwk, type PublicJwk } from './jwk.js';

/** The anchor of a home: the federation root's public key. */
export function readAnchor(home: Home): PublicJwk {
  return parsePublicJwk(parseStrictJson(readFileSync(home.anchor)));
}

/** The directory as it is now, verified with the anchor of the home. */
export async function readDirectory(home: Home): Promise<Directory> {
  return openDirectory(readFileSync(home.directory, 'utf8').trim(), readAnchor(home));
}
