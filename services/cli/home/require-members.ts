import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import type { Home } from '../../shared/runtime/home.js';
import { newestDirectory, readHomeDirectory } from '../init/home-directory.js';

/**
 * Throws `organisation-unknown`, with the nearest name, for the first name that is no member, so that a misspelt name is
 * refused instead of returning an empty result. Does nothing for a home without a directory, such as that of a remote tail.
 */
export async function requireMembers(home: Home, names: readonly string[]): Promise<void> {
  if (names.length === 0 || (await readHomeDirectory(home)) === undefined) return;
  const known: readonly string[] = [...(await newestDirectory(home)).organisations.keys()];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw fail('organisation-unknown', `\`${unknown}\` is not a member${nearestOrAll(unknown, known)}`);
}
