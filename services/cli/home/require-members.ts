import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import type { Home } from '../../shared/runtime/home.js';
import { readHomeDirectory } from '../init/home-directory.js';

/**
 * Throws `organisation-unknown` with the nearest name for the first that is no member: who asks for it would be told that
 * there is nothing. A home without a directory, as of a tail that stands alone, knows of no members.
 */
export async function requireMembers(home: Home, names: readonly string[]): Promise<void> {
  const directory = names.length === 0 ? undefined : await readHomeDirectory(home);
  if (directory === undefined) return;
  const known: readonly string[] = [...directory.organisations.keys()];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw fail('organisation-unknown', `\`${unknown}\` is no member${nearestOrAll(unknown, known)}`);
}
