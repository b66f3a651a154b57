import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** The public keys that a home knows as its own, each by the `x` of its JWK. */
interface KnownKeys {
  /** Those that it made. */
  readonly keys: ReadonlySet<string>;
  /** Those of the approvers of its organisation; undefined in a list of an earlier build. */
  readonly approvers: ReadonlySet<string> | undefined;
}

/** Reads the keys that a home made; empty if there is no list. Throws `config-invalid` for a damaged one. */
export function readMadeKeys(folder: string): ReadonlySet<string> {
  return readKnown(folder).keys;
}

/** Reads the keys of the approvers that a home knows; undefined if its list has none. Throws as `readMadeKeys` does. */
export function readKnownApprovers(folder: string): ReadonlySet<string> | undefined {
  return readKnown(folder).approvers;
}

function readKnown(folder: string): KnownKeys {
  const path = madeKeysIn(folder);
  if (!existsSync(path)) return { keys: new Set(), approvers: undefined };
  try {
    const { keys, approvers } = Object(parseStrictJson(readOpen(path))) as Partial<
      Record<keyof KnownKeys, unknown>
    >;
    if (Array.isArray(keys) && (approvers === undefined || Array.isArray(approvers)))
      return { keys: new Set(keys.map(String)), approvers: approvers && new Set(approvers.map(String)) };
  } catch {
    // Refused below.
  }
  throw fail('config-invalid', `\`${path}\` is damaged: it lists the public keys that this home made`);
}

/** Adds public keys that a home made to its list, under its lock. Throws `busy` as `withFileLock` does, and `full`. */
export function addMadeKeys(folder: string, keys: readonly string[]): void {
  addKnown(folder, { keys });
}

/** Adds the public keys of approvers of the organisation to the list of its home. Throws as `addMadeKeys` does. */
export function addKnownApprovers(folder: string, approvers: readonly string[]): void {
  addKnown(folder, { keys: [], approvers });
}

interface AddedKeys {
  readonly keys: readonly string[];
  readonly approvers?: readonly string[];
}

function addKnown(folder: string, { keys, approvers }: AddedKeys): void {
  const path = madeKeysIn(folder);
  const merged = (): string => {
    const known = readKnown(folder);
    const all = approvers === undefined ? known.approvers : [...(known.approvers ?? []), ...approvers];
    return JSON.stringify({
      keys: [...new Set([...known.keys, ...keys])],
      ...(all === undefined ? {} : { approvers: [...new Set(all)] }),
    });
  };
  if (existsSync(path) && readFileSync(path, 'utf8') === merged()) return;
  withFileLock(`${path}.lock`, () => writeWhole(path, merged()));
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
