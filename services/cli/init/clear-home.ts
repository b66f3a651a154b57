import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { writeSecret } from './secrets.js';

/** True when the home was initialised to its end. */
export function isInitialised(home: Home): boolean {
  return isThere(doneMark(home)) && !isThere(unfinishedMark(home));
}

/**
 * Refuses what `clearHome` must not remove. Throws `usage` for an initialised home that is not forced, `config-invalid`
 * for anything that no interrupted run made: unforced at all, forced where it is no home of ours either.
 */
export function requireClearable(home: Home, force: boolean): void {
  const again = `\`${suggestedCommand('init --demo --force')}\` makes it anew and loses what it holds`;
  if (isInitialised(home)) {
    if (force) return;
    throw fail('usage', `\`${home.root}\` is initialised already: ${again}`);
  }
  const there = placesOf(home).filter(holdsSomething);
  const isOurs = [doneMark(home), home.rootKey, home.anchor].some(isThere);
  if (there.length === 0 || isThere(unfinishedMark(home)) || (force && isOurs)) return;
  const names = there.map((path) => `\`${basename(path)}\``).join(', ');
  const what = `\`${home.root}\` holds ${names} and is no finished home`;
  throw fail(
    'config-invalid',
    isOurs ? `${what}: restore the rest, or ${again}` : `${what}: move that away, or give another \`--home\``,
  );
}

/** Removes what `init` and the processes make, by name, and nothing else that somebody keeps in that folder. */
export function clearHome(home: Home): void {
  writeSecret(unfinishedMark(home), 'what stands here is made anew by the next `init`');
  for (const path of placesOf(home)) removeWhole(path);
}

/** From now on nothing here is made anew unless forced. */
export function finishHome(home: Home, now: Date): void {
  writeSecret(doneMark(home), now.toISOString());
  rmSync(unfinishedMark(home));
}

function doneMark(home: Home): string {
  return home.hub('provision', 'initialised');
}

/** Outside all that is removed: written first and removed last. */
function unfinishedMark({ root }: Home): string {
  return join(root, 'init.unfinished');
}

function placesOf(home: Home): readonly string[] {
  const folders = [
    dirname(home.hub('provision')),
    dirname(home.rootKey),
    home.auditorData,
    home.nats(),
    dirname(home.log('any')),
    join(home.root, 'orgs'),
  ];
  return [...folders, home.directory, home.anchor, home.run, home.targets];
}

function isThere(path: string): boolean {
  return existsSync(path);
}

/** Folders alone are nothing: in a container each is where a volume is mounted. */
function holdsSomething(path: string): boolean {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry?.isDirectory() !== true) return entry !== undefined;
  return readdirSync(path).some((name) => holdsSomething(join(path, name)));
}

/** In a container a folder may be where a volume is mounted: that one stays, empty, and so does what it is in. */
function removeWhole(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    return rmSync(path, { force: true });
  for (const name of readdirSync(path)) removeWhole(join(path, name));
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['EBUSY', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
