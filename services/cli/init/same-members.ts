import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { DirectorySource } from '../../shared/trust/directory-source.js';
import { suggestedCommand } from '../terminal/suggested-command.js';

type Next = Pick<DirectorySource, 'federation' | 'organisations'>;

/**
 * Members are fixed when a home is made: only then are there keys for each, and users in the broker's configuration.
 * Throws `config-invalid`, with what to do, where the next directory is of another federation, or misses a member or its
 * keys: gateways would refuse it, and every later one.
 */
export function requireSameMembers(before: Directory, { federation, organisations }: Next): void {
  if (federation !== before.federation) {
    throw refused(`names the federation \`${federation}\`, and this home is of \`${before.federation}\``);
  }
  const removed = [...before.organisations.keys()].find((org) => !Object.hasOwn(organisations, org));
  if (removed !== undefined) {
    throw refused(`no longer names \`${removed}\`: put it back, with \`leftAt\` where it has left`);
  }
  const keyless = Object.entries(organisations).find(([, { keys }]) => keys.length === 0)?.[0];
  if (keyless === undefined) return;
  throw refused(`names \`${keyless}\`, which has no keys in this home: take it out, or ${anew()}`);
}

/** Nothing but the directory lists the keys of a home: a first version without it would list none. */
export function directoryLost(path: string): LiaisonError {
  return fail('config-invalid', `\`${path}\` is missing: restore it from a backup, or ${anew()}`);
}

function refused(words: string): LiaisonError {
  return fail('config-invalid', `\`policies/federation/directory.yaml\` ${words}`);
}

function anew(): string {
  return `make the home anew with \`${suggestedCommand('init --demo --force')}\`, which loses what it holds`;
}
