import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../kernel/errors.js';
import { readOpen } from '../../kernel/read-open.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { withFileLock } from '../../store/file-lock.js';
import { writeWhole } from '../../kernel/write-whole.js';

/** Returns the path of the list of public keys that a home made for an organisation, in the organisation's folder. */
function madeKeysIn(folder: string): string {
  return join(folder, 'own-keys.json');
}

/** Reads the list; empty if there is none. Throws `config-invalid` for a damaged one. */
export function readMadeKeys(folder: string): ReadonlySet<string> {
  const path = madeKeysIn(folder);
  if (!existsSync(path)) return new Set();
  try {
    const { keys } = Object(parseStrictJson(readOpen(path))) as { readonly keys?: unknown };
    if (Array.isArray(keys)) return new Set(keys.map(String));
  } catch {
    // Refused below.
  }
  throw fail('config-invalid', `\`${path}\` is damaged: it lists the public keys that this home made`);
}

/** Adds public keys to the list, the `x` of their JWK, under its lock. Throws `busy` as `withFileLock` does, and `full`. */
export function addMadeKeys(folder: string, keys: readonly string[]): void {
  const path = madeKeysIn(folder);
  const made = readMadeKeys(folder);
  if (existsSync(path) && keys.every((key) => made.has(key))) return;
  withFileLock(`${path}.lock`, () =>
    writeWhole(path, JSON.stringify({ keys: [...new Set([...readMadeKeys(folder), ...keys])] })),
  );
}

/** Returns the public keys in the key files of a folder, the next ones of a rotation too. Throws `config-invalid` with the path of a damaged one. */
export function keysInFiles(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => /\.jwk(\.next)?$/.test(name));
  // Leaves out a next key that was moved in place meanwhile: its file was read, or is read with the next directory.
  const there = files.map((name) => join(folder, name)).filter((path) => existsSync(path));
  return there.map(publicKeyIn);
}

function publicKeyIn(path: string): string {
  const bytes = readOpen(path);
  try {
    const { x } = Object(parseStrictJson(bytes)) as { readonly x?: unknown };
    return String(x);
  } catch {
    throw fail('config-invalid', `\`${path}\` is damaged: it holds no key`);
  }
}
