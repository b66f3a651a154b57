import { renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory, DirectoryKey } from '../../shared/trust/directory.js';
import { publicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { LEAD_MS, nextKeyOf } from '../../shared/trust/own-signer.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
import type { KeyPlace } from '../init/key-places.js';
import { writeSecretJson } from '../init/secrets.js';
import { writing } from '../home/unwritable.js';
import { lockDirectory } from '../up/lock.js';
import { keysOf, kidIn } from './keys-here.js';
import { requireRoot } from './root-key.js';

interface Rotating {
  readonly now: Date;
  readonly stopping: AbortSignal;
  readonly say: (words: string) => void;
}

/** What signs from now on, and what it replaced. */
export interface Rotated {
  readonly kid: string;
  readonly signsFrom: Date;
  readonly replaced: DirectoryKey | undefined;
  readonly version: number;
}

/**
 * Makes the next key of a place, lists it beside the one that signs now, waits until everybody knows it and puts it in its
 * place; who signs with it changes over by itself. Killed at any moment, the old key stays good, and the next call ends what
 * was begun. Throws `forbidden` where root key or private half are elsewhere, `busy` while somebody else signs.
 */
export async function rotateKey(home: Home, place: KeyPlace, rotating: Rotating): Promise<Rotated> {
  requireRoot(home);
  const before = kidIn(place.path);
  if (before === undefined) throw elsewhere(place);
  const listed = await listNext(home, place, rotating);
  const next = kidIn(nextKeyOf(place.path)) ?? before;
  const signsFrom = new Date((listed.key(next)?.notBefore ?? rotating.now).getTime() + LEAD_MS);
  await untilKnown(signsFrom, rotating);
  writing(place.path, () => renameSync(nextKeyOf(place.path), place.path));
  return { kid: next, signsFrom, replaced: listed.key(before), version: listed.version };
}

/** Written first and listed then: a key that no directory lists is nothing, and is made anew. */
async function listNext(home: Home, place: KeyPlace, rotating: Rotating): Promise<Directory> {
  const { now, say } = rotating;
  const path = nextKeyOf(place.path);
  const lock = lockDirectory(home);
  try {
    const directory = await newestDirectory(home);
    const begun = directory.key(kidIn(path) ?? '');
    if (begun !== undefined && begun.revokedAt === undefined) {
      say(`\`${begun.kid}\` was made and listed before: that rotation is ended`);
      return directory;
    }
    const key = await generateKey(nextKid(place, directory));
    writeSecretJson(path, key);
    const person = directory.key(kidIn(place.path) ?? '')?.person;
    const added = [newEntry(publicJwk(key), { notBefore: now, person })];
    return await signHomeDirectory(home, { now, say, added });
  } finally {
    lock.release();
  }
}

/** Numbers rise, whichever router or person a key is of. */
function nextKid({ owner, use }: KeyPlace, directory: Directory): string {
  const numbers = keysOf(directory)
    .filter((key) => key.owner === owner && key.use === use)
    .map(({ kid }) => Number(kid.split(':').at(-1)));
  return `${owner}:${use}:${Math.max(0, ...numbers) + 1}`;
}

async function untilKnown(signsFrom: Date, { stopping, say }: Rotating): Promise<void> {
  const left = signsFrom.getTime() - Date.now();
  if (left <= 0) return;
  say(`waiting ${Math.ceil(left / 1000)} s, until everybody knows it`);
  await delay(left, undefined, { signal: stopping }).catch(() => {
    throw fail('busy', 'the next key is listed and not in place: the same command again ends the rotation');
  });
}

function elsewhere({ owner, use, path }: KeyPlace): Error {
  const whose = owner === 'hub' ? 'the hub' : `\`${owner}\``;
  return fail(
    'forbidden',
    `\`${path}\` is not here: ${whose} keeps its own \`${use}\` key, and makes the next one where that lies`,
  );
}
