import { readFileSync } from 'node:fs';
import { fail } from '../kernel/errors.js';
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

/** What no secret is, and all processes of a home read. */
function readOpen(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw fail('config-invalid', `\`${path}\` cannot be read: ${code}`);
  }
}
