import { existsSync, renameSync } from 'node:fs';
import type { Clock } from '../../kernel/clock.js';
import { errorFrom, type LiaisonError } from '../../kernel/errors.js';
import { type DirectoryKey, listingOf } from '../directory.js';
import type { DirectoryHolder } from '../directory-holder.js';
import type { PrivateJwk } from '../jwk.js';
import { importSigner, type Signer } from '../keys.js';
import { readPrivateJwk } from '../secret-file.js';

/** Returns the path of the next key, which is used until the key file itself is replaced. */
export function nextKeyOf(path: string): string {
  return `${path}.next`;
}

/** Replaces a key file by the next key beside it; changes nothing if another process did so meanwhile. Throws the system's error. */
export function takeNextKey(path: string): void {
  try {
    renameSync(nextKeyOf(path), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/**
 * How long a new key is listed as valid before it signs, in milliseconds: twice the time in which a directory reaches every
 * process. A statement dated just before the change and signed just after it still verifies.
 */
export const LEAD_MS = 10_000;

interface SignerDeps {
  readonly directory: Pick<DirectoryHolder, 'current' | 'follow'>;
  readonly clock: Clock;
  readonly onAlarm: (error: LiaisonError) => void;
}

/**
 * Opens the signing key of a process: the key in the file `path`, or the next key beside it from `LEAD_MS` after it becomes
 * valid in the directory, and after this process had the version that lists it. Until then the replaced key signs, even if the file
 * holds the new key already. It also signs as long as the directory lists another key under the id of the new one: a thief of the
 * replaced key may have asked for that one. The files are read again when the directory changes; a file that cannot be read then is
 * an alarm. Throws as `readSigner` does.
 */
export async function openSigner(path: string, deps: SignerDeps): Promise<Signer> {
  const current = await followKey(path, importSigner, deps);
  const { owner, use } = current();
  return {
    owner,
    use,
    get kid() {
      return current().kid;
    },
    sign: (typ, payload) => current().sign(typ, payload),
  };
}

/** Opens a signing key as `openSigner` does; `importKey` imports the key of a file. Returns the key that signs now. */
export async function followKey<Key>(
  path: string,
  importKey: ImportKey<Key>,
  { directory, clock, onAlarm }: SignerDeps,
): Promise<() => Key> {
  let newestFirst = await readKeys(path, importKey);
  const [first] = newestFirst;
  const listed = (held: HeldKey<Key>): DirectoryKey | undefined => listingOf(directory.current(), held);
  /** When (ms) this process got the version that lists a key, by the public part of the key; 0 for keys listed at its start. */
  const since = new Map(newestFirst.filter(listed).map(({ x }) => [x, 0]));
  const isPast = (date: Date | undefined, ms = 0): boolean =>
    date !== undefined && date.getTime() + ms <= clock().getTime();
  const isBegun = (held: HeldKey<Key>): boolean =>
    isPast(knownFrom(listed(held)?.notBefore, since.get(held.x)), LEAD_MS);
  const current = (): HeldKey<Key> => {
    const begun = newestFirst.filter(isBegun);
    const good = begun.find((held) => !isPast(listed(held)?.revokedAt));
    return good ?? begun[0] ?? newestFirst.at(-1) ?? first;
  };
  const reload = async (now: Date): Promise<void> => {
    const found = await readKeys(path, importKey);
    for (const { x } of found.filter(listed)) if (!since.has(x)) since.set(x, now.getTime());
    newestFirst = found.some(isBegun) ? found : [...found, current()];
  };
  directory.follow(() => void reload(clock()).catch((error: unknown) => onAlarm(errorFrom(error))));
  return () => current().key;
}

/**
 * Returns from when other processes know a key that is valid since `notBefore`: from then, or from `came` (ms), the arrival of the
 * version that lists it, where that is more than `LEAD_MS` later: the root may sign days after it was asked.
 */
function knownFrom(notBefore: Date | undefined, came: number | undefined): Date | undefined {
  if (notBefore === undefined || came === undefined) return undefined;
  return came > notBefore.getTime() + LEAD_MS ? new Date(came) : notBefore;
}

type ImportKey<Key> = (jwk: PrivateJwk) => Promise<Key>;

/** A key of a file, with its id and its public part. */
interface HeldKey<Key> {
  readonly kid: string;
  readonly x: string;
  readonly key: Key;
}

async function readKeys<Key>(
  path: string,
  importKey: ImportKey<Key>,
): Promise<readonly [HeldKey<Key>, ...HeldKey<Key>[]]> {
  const hold = async (file: string): Promise<HeldKey<Key>> => {
    const jwk = readPrivateJwk(file);
    return { kid: jwk.kid, x: jwk.x, key: await importKey(jwk) };
  };
  const next = nextKeyOf(path);
  // Reads the next key first: if it is moved in place in between, it is read twice instead of not at all.
  const waiting = existsSync(next) ? await hold(next) : undefined;
  const held = await hold(path);
  return waiting === undefined ? [held] : [waiting, held];
}
