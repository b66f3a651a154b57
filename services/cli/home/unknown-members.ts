import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../shared/kernel/nearest.js';

const RULE_FILES = ['export.cedar', 'import.cedar'];

/**
 * Returns a warning for each organisation with rules in the policy folder that is not a member: the router reads only the
 * files of members. Empty for a folder that cannot be read, which is reported elsewhere.
 */
export function describeUnknownMembers(folder: string, members: readonly string[]): readonly string[] {
  return foldersIn(folder)
    .filter((name) => name !== 'federation' && !members.includes(name))
    .filter((name) => RULE_FILES.some((file) => existsSync(join(folder, name, file))))
    .map((name) => {
      const place = join(folder, name);
      return `\`${name}\` is not a member of this federation${didYouMean(name, members)}: its rules in \`${place}\` are not used`;
    });
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
  } catch {
    return [];
  }
}
