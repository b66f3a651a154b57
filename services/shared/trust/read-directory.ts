import { readOpen } from '../kernel/read-open.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { Home } from '../runtime/home.js';
import { type Directory, openDirectory } from './directory.js';
import { parsePublicJwk, type PublicJwk } from './jwk.js';

/** The anchor of a home: the federation root's public key. Throws `config-invalid` where it cannot be read. */
export function readAnchor(home: Home): PublicJwk {
  return parsePublicJwk(parseStrictJson(readOpen(home.anchor)));
}

/** The directory as it is now, verified with the anchor of the home. Throws `config-invalid` where it cannot be read. */
export async function readDirectory(home: Home): Promise<Directory> {
  return openDirectory(readOpen(home.directory).toString().trim(), readAnchor(home));
}
