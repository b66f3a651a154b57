import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { stopLeftOver } from '../../shared/bus/nats-server.js';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { acknowledgedFiles } from '../../shared/store/acknowledged-alarms.js';
import { simulatedFiles } from '../../shared/runtime/simulated-list.js';
import { createCommand } from '../home/require-kind.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { writeSecret } from './secrets.js';

/** Returns true when `init` of this home completed. */
export function isInitialised(home: Home): boolean {
  return isThere(doneMark(home)) && !isThere(unfinishedMark(home));
}

/**
 * Checks that `clearHome` may run. Throws `usage` for an initialised home without `force`. Throws
 * `config-invalid` for a folder whose files were not left by an interrupted `init`: for a damaged home unless
 * `force` is set, and always for a folder that is not a home.
 */
export function requireClearable(home: Home, force: boolean): void {
  const again = `\`${suggestedCommand(`${createCommand(home)} --force`)}\` creates it again and deletes its contents`;
  if (isInitialised(home)) {
    if (force) return;
    throw fail('usage', `\`${home.root}\` is already initialised: ${again}`);
  }
  const there = ownedPaths(home).filter(hasFiles);
  const isOurs = [doneMark(home), home.rootKey, home.anchor].some(isThere);
  if (there.length === 0 || isThere(unfinishedMark(home)) || (force && isOurs)) return;
  const names = there.map((path) => `\`${basename(path)}\``).join(', ');
  const what = `\`${home.root}\` contains ${names} and is not a complete home`;
  throw fail(
    'config-invalid',
    isOurs
      ? `${what}: restore the rest from a backup, or ${again}`
      : `${what}: move them away, or give another \`--home\``,
  );
}

/** Stops a broker that an `up` left behind, as long as its pid file is there. */
export function stopHomeBroker(home: Home): void {
  stopLeftOver({ pidFile: home.nats('nats.pid'), conf: home.nats('nats.conf') });
}

/** Removes the files that `init` and the processes create, by name, and no other file in the folder. */
export function clearHome(home: Home): void {
  stopHomeBroker(home);
  writeSecret(unfinishedMark(home), 'the next `init` creates this home again');
  for (const path of ownedPaths(home)) removeAll(path);
}

/** Marks the home as initialised: from now on `init` requires `--force`. */
export function finishHome(home: Home, now: Date): void {
  writeSecret(doneMark(home), now.toISOString());
  rmSync(unfinishedMark(home));
}

function doneMark(home: Home): string {
  return home.hub('provision', 'initialised');
}

/** A mark outside the removed paths: `clearHome` writes it first, `finishHome` removes it last. */
function unfinishedMark({ root }: Home): string {
  return join(root, 'init.unfinished');
}

function ownedPaths(home: Home): readonly string[] {
  const folders = [
    dirname(home.hub('provision')),
    dirname(home.rootKey),
    home.auditorData,
    home.policies,
    home.nats(),
    dirname(home.log('any')),
    join(home.root, 'orgs'),
    home.approvers,
  ];
  return [
    ...folders,
    home.restored,
    home.directory,
    home.anchor,
    home.run,
    home.targets,
    ...simulatedFiles(home.simulated),
    ...acknowledgedFiles(home.acknowledged),
  ];
}

function isThere(path: string): boolean {
  return existsSync(path);
}

/** Returns true for a file, and for a folder with files: in a container an empty folder is a mounted volume. */
export function hasFiles(path: string): boolean {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry?.isDirectory() !== true) return entry !== undefined;
  return readdirSync(path).some((name) => hasFiles(join(path, name)));
}

/** Removes a path and its contents; a folder that is a mounted volume stays, empty, and so do its parents. */
export function removeAll(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    return rmSync(path, { force: true });
  for (const name of readdirSync(path)) removeAll(join(path, name));
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['EBUSY', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
