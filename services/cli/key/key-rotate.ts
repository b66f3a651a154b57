import { renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory, DirectoryKey } from '../../shared/trust/directory.js';
import { publicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { LEAD_MS, nextKeyOf } from '../../shared/trust/own-signer.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { withWriteErrors } from '../home/file-errors.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
import type { KeyFile } from '../init/key-files.js';
import { writeSecretJson } from '../init/secrets.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNumber } from '../terminal/parse-options.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { keyFilesFor, keysOf, kidInFile, requireRoot } from './local-keys.js';

interface RotateOptions {
  readonly router: number;
}

export const verb: Verb<RotateOptions> = {
  configure: (command) =>
    command
      .argument('<owner>', 'an organisation, or `hub`')
      .argument('<use>', 'of an organisation: notice, receipt, policy; of the hub: hub, audit, operator')
      .option(
        '--router <n>',
        'of `hub hub`: which router, as each has a key of its own',
        parseNumber(1, 99),
        1,
      ),
  examples: [
    ['key rotate europol notice', 'the next key that europol signs notices with; the old one stays good'],
    ['key rotate hub hub --router 2', 'that of the second router'],
    ['key rotate hub audit', "the auditor's; `hub operator` is that of the person who commands here"],
  ],
  run: async ({ args: [owner = '', use = ''], options, home, output, stopping }) => {
    const places = keyFilesFor(home, await readDirectory(home));
    const place = findPlace(places, { owner, use, router: options.router });
    const rotated = await rotateKey(home, place, { now: new Date(), stopping, say: output.note });
    output.show(shown(rotated), () => words(rotated));
    return EXIT.yes;
  },
};

function findPlace(
  places: readonly KeyFile[],
  { owner, use, router }: { readonly owner: string; readonly use: string; readonly router: number },
): KeyFile {
  const owned = places.filter((place) => place.owner === owner);
  const owners = [...new Set(places.map((place) => place.owner))];
  if (owned.length === 0)
    throw fail('organisation-unknown', `\`${owner}\` has no keys${nearestOrAll(owner, owners)}`);
  const meant = owned.filter((place) => place.use === use);
  const uses = [...new Set(owned.map((place) => place.use))];
  if (meant.length === 0)
    throw fail('usage', `\`${owner}\` has no key for \`${use}\`${nearestOrAll(use, uses)}`);
  const found = meant.find((place) => (place.router ?? 1) === router);
  if (found === undefined)
    throw fail('usage', `there is no \`${use}\` key of number ${router}: there are ${meant.length}`, [
      { path: '--router', message: `there are ${meant.length}` },
    ]);
  return found;
}

function shown({ replaced, ...rotated }: Rotated): object {
  return { ...rotated, replaced: replaced?.kid ?? null, replacedUntil: replaced?.notAfter ?? null };
}

function words({ kid, signsFrom, replaced, version }: Rotated): string {
  const first = `${kid} signs from ${signsFrom.toISOString().slice(0, 19)}Z on, by version ${version} of the directory; who runs changes over by itself`;
  if (replaced === undefined || replaced.revokedAt !== undefined) return first;
  const until = replaced.notAfter.toISOString().slice(0, 10);
  return `${first}\n${replaced.kid} stays good until ${until}; once all it signed is delivered: ${suggestedCommand(`key revoke ${replaced.kid}`)}`;
}

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
export async function rotateKey(home: Home, place: KeyFile, rotating: Rotating): Promise<Rotated> {
  requireRoot(home);
  const before = kidInFile(place.path);
  if (before === undefined) throw elsewhere(place);
  const listed = await listNext(home, place, rotating);
  const next = kidInFile(nextKeyOf(place.path)) ?? before;
  const signsFrom = new Date((listed.key(next)?.notBefore ?? rotating.now).getTime() + LEAD_MS);
  await untilKnown(signsFrom, rotating);
  withWriteErrors(place.path, () => renameSync(nextKeyOf(place.path), place.path));
  return { kid: next, signsFrom, replaced: listed.key(before), version: listed.version };
}

/** Written first and listed then: a key that no directory lists is nothing, and is made anew. */
async function listNext(home: Home, place: KeyFile, rotating: Rotating): Promise<Directory> {
  const { now, say } = rotating;
  const path = nextKeyOf(place.path);
  const lock = lockDirectory(home);
  try {
    const directory = await newestDirectory(home);
    const begun = directory.key(kidInFile(path) ?? '');
    if (begun !== undefined && begun.revokedAt === undefined) {
      say(`\`${begun.kid}\` was made and listed before: that rotation is ended`);
      return directory;
    }
    const key = await generateKey(nextKid(place, directory));
    writeSecretJson(path, key);
    const person = directory.key(kidInFile(place.path) ?? '')?.person;
    const added = [newEntry(publicJwk(key), { notBefore: now, person })];
    return await signHomeDirectory(home, { now, say, added });
  } finally {
    lock.release();
  }
}

/** Numbers rise, whichever router or person a key is of. */
function nextKid({ owner, use }: KeyFile, directory: Directory): string {
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

function elsewhere({ owner, use, path }: KeyFile): Error {
  const whose = owner === 'hub' ? 'the hub' : `\`${owner}\``;
  return fail(
    'forbidden',
    `\`${path}\` is not here: ${whose} keeps its own \`${use}\` key, and makes the next one where that lies`,
  );
}
