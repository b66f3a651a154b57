import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HUB_ACCOUNTS, type MemberUser, type User } from '../../shared/bus/accounts.js';
import { publicNkey } from '../../shared/bus/nkeys.js';
import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';

/** The properties of a user that decide the path. */
type SeedOwner = Pick<User, 'role' | 'of'>;

/** Returns the file of a user's nkey seed in an account: each user of each account has its own. */
export function seedPath(home: Home, account: string, user: SeedOwner): string {
  switch (account) {
    case HUB_ACCOUNTS.core:
      return hubSeedPath(home, user, 'core.nk');
    case HUB_ACCOUNTS.watch:
      if (user.role !== 'tail') return hubSeedPath(home, user, 'watch.nk');
      return user.of === undefined ? home.tailSeed : home.org(parseOrgId(user.of), 'tail.nk');
    case HUB_ACCOUNTS.command:
      return hubSeedPath(home, user, 'command.nk');
    default:
      return organisationSeedPath(home, account, user);
  }
}

/** Returns the file of a user's public nkeys, where its seed is in the home of a member. */
export function publicNkeyPath(home: Home, account: string, user: SeedOwner): string {
  return seedPath(home, account, user).replace(/\.nk$/, '.pub');
}

/** A user of the broker whose nkey is in the home of a member. */
export interface NkeyOwner {
  readonly org: OrgId;
  readonly user: MemberUser;
}

/** Returns the account of a user of a member: the tails of all members are users of WATCH. */
export function accountOf({ org, user }: NkeyOwner): string {
  return user === 'tail' ? HUB_ACCOUNTS.watch : org;
}

/** Returns the file at the hub with the public nkeys of a user of a member. */
export function memberNkeysPath(home: Home, owner: NkeyOwner): string {
  return publicNkeyPath(home, accountOf(owner), { role: owner.user, of: owner.org });
}

/** Returns a user's public nkeys: from its seed, or each line of the file of a member's public keys. */
export function publicNkeysOf(home: Home, account: string, user: SeedOwner): readonly string[] {
  const seed = seedPath(home, account, user);
  if (existsSync(seed)) return [publicNkey(readSecret(seed))];
  return readSecret(publicNkeyPath(home, account, user))
    .split('\n')
    .filter((line) => line !== '');
}

function hubSeedPath(home: Home, { role, of }: SeedOwner, file: string): string {
  switch (role) {
    case 'router':
      return home.router(Number(of ?? 1), file);
    case 'auditor':
    case 'console':
    case 'operator':
    case 'provision':
      return home.hub(role, file);
    case 'gateway':
    case 'tail':
      throw fail('internal', `the hub has no user with the role ${role} here`);
  }
}

function organisationSeedPath(home: Home, account: string, user: SeedOwner): string {
  const org = parseOrgId(account);
  switch (user.role) {
    case 'gateway':
      return home.org(org, 'gateway.nk');
    case 'router':
    case 'provision':
      return hubSeedPath(home, user, join('orgs', `${org}.nk`));
    case 'auditor':
    case 'console':
    case 'operator':
    case 'tail':
      throw fail('internal', `an organisation's account has no ${user.role}`);
  }
}
