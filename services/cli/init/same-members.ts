import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { DIRECTORY_FILE, MEMBERS_FILE } from '../../shared/policy/federation-files.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { DirectorySource } from '../../shared/trust/directory-source.js';
import { suggestedCommand } from '../terminal/suggested-command.js';

type NextDirectory = Pick<DirectorySource, 'federation' | 'organisations'>;

/**
 * Checks that the next directory has the federation and members of the previous one. Members are fixed when a home is
 * created, with their keys and the users of the broker's configuration. Throws `config-invalid`, with what to do, for
 * another federation, a missing member, or a member without keys: gateways would refuse that directory and all later ones.
 */
export function requireSameMembers(before: Directory, { federation, organisations }: NextDirectory): void {
  if (federation !== before.federation) {
    throw refused(
      DIRECTORY_FILE,
      `names the federation \`${federation}\`, and this home belongs to \`${before.federation}\``,
    );
  }
  const removed = [...before.organisations.keys()].find((org) => !Object.hasOwn(organisations, org));
  if (removed !== undefined) {
    throw refused(
      MEMBERS_FILE,
      `no longer names \`${removed}\`: put it back; a member that has left stays listed`,
    );
  }
  const keyless = Object.entries(organisations).find(([, { keys }]) => keys.length === 0)?.[0];
  if (keyless === undefined) return;
  throw refused(
    MEMBERS_FILE,
    `names \`${keyless}\`, which has no keys in this home: remove it, or ${createAgain()}`,
  );
}

/** Returns the error for a home whose directory is missing: only the directory lists the keys, so it cannot be rebuilt. */
export function directoryLost(path: string): LiaisonError {
  return fail('config-invalid', `\`${path}\` is missing: restore it from a backup, or ${createAgain()}`);
}

function refused(file: string, words: string): LiaisonError {
  return fail('config-invalid', `\`policies/${file}\` ${words}`);
}

function createAgain(): string {
  return `create the home again with \`${suggestedCommand('init --demo --force')}\`, which deletes its contents`;
}
