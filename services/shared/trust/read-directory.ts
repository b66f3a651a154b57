import { readOpen } from '../kernel/read-open.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { Home } from '../runtime/home.js';
import { type Directory, openDirectory } from './directory.js';
import { parsePublicJwk, type PublicJwk } from './jwk.js';

/** Reads the anchor of a home, the federation root's public key. Throws `config-invalid` if it cannot be read. */
export function readAnchor(home: Home): PublicJwk {
  return parsePublicJwk(parseStrictJson(readOpen(home.anchor)));
}

/** Reads and verifies the current directory of a home. Throws `config-invalid` if it cannot be read, and as `openDirectory`. */
export async function readDirectory(home: Home): Promise<Directory> {
  return openDirectory(readOpen(home.directory), readAnchor(home));
}
