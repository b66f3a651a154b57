import { join } from 'node:path';
import { HUB_ACCOUNTS, type User } from '../../shared/bus/accounts.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';

/** Of a user what its place depends on. */
type Seeded = Pick<User, 'role' | 'of'>;

/** Where the nkey of a user of an account lives: one file a key, and no key in two accounts. */
export function seedPath(home: Home, account: string, user: Seeded): string {
  switch (account) {
    case HUB_ACCOUNTS.core:
      return hubPlace(home, user, 'core.nk');
    case HUB_ACCOUNTS.watch:
      if (user.role !== 'tail') return hubPlace(home, user, 'watch.nk');
      return user.of === undefined ? home.tailSeed : home.org(parseOrgId(user.of), 'tail.nk');
    case HUB_ACCOUNTS.command:
      return hubPlace(home, user, 'command.nk');
    default:
      return organisationPlace(home, account, user);
  }
}

function hubPlace(home: Home, { role, of }: Seeded, file: string): string {
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
      throw fail('internal', `the hub has no ${role} here`);
  }
}

function organisationPlace(home: Home, account: string, user: Seeded): string {
  const org = parseOrgId(account);
  switch (user.role) {
    case 'gateway':
      return home.org(org, 'gateway.nk');
    case 'router':
    case 'provision':
      return hubPlace(home, user, join('orgs', `${org}.nk`));
    case 'auditor':
    case 'console':
    case 'operator':
    case 'tail':
      throw fail('internal', `an organisation's account has no ${user.role}`);
  }
}
