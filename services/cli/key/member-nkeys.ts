import { existsSync, statSync } from 'node:fs';
import { accountsOf, MEMBER_USERS } from '../../shared/bus/accounts.js';
import { monitoringAt } from '../../shared/bus/monitoring.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { describeHome } from '../../shared/trust/home-contract.js';
import { gatewayName } from '../home/process-names.js';
import { findRunning } from '../home/run-file.js';
import { hubSize } from '../init/hub-broker.js';
import { writeSecret } from '../init/secrets.js';
import { accountOf, memberNkeysPath, type NkeyOwner, publicNkeysOf } from '../init/seed-path.js';
import { type ReloadDeps, reloadBroker } from '../org/reload-broker.js';
import { lockDirectory } from '../up/lock.js';

/**
 * Returns the public nkeys with which a user of a member may log in to the broker, the newest last: two while its gateway changes over,
 * none once it is locked out. Throws `organisation-unknown` where its nkey was not admitted by `org admit`.
 */
export function admittedNkeys(home: Home, owner: NkeyOwner): readonly string[] {
  if (!existsSync(memberNkeysPath(home, owner)))
    throw fail(
      'organisation-unknown',
      `\`${owner.org}\` did not join this hub: no request replaces its nkey`,
    );
  return publicNkeysOf(home, accountOf(owner), { role: owner.user, of: owner.org });
}

/** Returns the users of members that the broker admits with no nkey, and since when. */
export function lockedOutOf(
  home: Home,
  orgs: readonly OrgId[],
): readonly (NkeyOwner & { readonly since: string })[] {
  return orgs.flatMap(ownersOf).flatMap((owner) => {
    const path = memberNkeysPath(home, owner);
    if (!existsSync(path) || admittedNkeys(home, owner).length > 0) return [];
    return [{ ...owner, since: statSync(path).mtime.toISOString() }];
  });
}

/** Returns the users of a member. */
export function ownersOf(org: OrgId): readonly NkeyOwner[] {
  return MEMBER_USERS.map((user) => ({ org, user }));
}

/**
 * Lets a user of a member log in with these nkeys alone, and waits until the broker has closed the connections of its others.
 * The caller holds `lockDirectory`. Changes nothing where `reloadBroker` throws; throws `unreachable` also where such a connection is
 * still open after 10 s. Can be called again after an interruption.
 */
export async function admitNkeys(
  home: Home,
  owner: NkeyOwner,
  { nkeys, ...deps }: ReloadDeps & { readonly nkeys: readonly string[] },
): Promise<void> {
  await writeNkeys(home, [{ owner, nkeys }], deps);
  await untilClosed(home, owner, nkeys);
}

/**
 * Lets no user of a member log in, the gateway and the tail at once; returns the nkeys that were admitted. Calls `onLockedOut` once the
 * broker admits none, and then waits until it has closed their connections. The caller holds `lockDirectory`. Throws as `admitNkeys` does.
 */
export async function lockOutMember(
  home: Home,
  org: OrgId,
  { onLockedOut, ...deps }: ReloadDeps & { readonly onLockedOut: () => void },
): Promise<readonly string[]> {
  const owners = ownersOf(org);
  const before = owners.flatMap((owner) => admittedNkeys(home, owner));
  const none = owners.map((owner) => ({ owner, nkeys: [] }));
  await writeNkeys(home, none, deps);
  onLockedOut();
  for (const owner of owners) await untilClosed(home, owner, []);
  return before;
}

interface Admitted {
  readonly owner: NkeyOwner;
  readonly nkeys: readonly string[];
}

/** Lets these users log in with these nkeys alone, by one reload of the broker. Changes nothing where it throws, as `reloadBroker` does. */
async function writeNkeys(home: Home, next: readonly Admitted[], deps: ReloadDeps): Promise<void> {
  const before = next.map(({ owner }) => ({ owner, nkeys: admittedNkeys(home, owner) }));
  const write = (admitted: readonly Admitted[]): void => {
    for (const { owner, nkeys } of admitted) writeSecret(memberNkeysPath(home, owner), nkeys.join('\n'));
  };
  try {
    write(next);
    await reloadBroker(home, deps);
  } catch (error) {
    write(before);
    throw error;
  }
}

const CLOSED_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 100;

async function untilClosed(home: Home, owner: NkeyOwner, nkeys: readonly string[]): Promise<void> {
  const run = findRunning(home);
  if (run === undefined) return;
  const others = publicNkeysOfOthers(home, owner);
  const isOpen = async (): Promise<boolean> =>
    (await monitoringAt(run.monitor).connections()).some(
      ({ account, user }) => account === accountOf(owner) && !nkeys.includes(user) && !others.has(user),
    );
  for (const end = Date.now() + CLOSED_TIMEOUT_MS; await isOpen(); await pause(LOOK_EVERY_MS))
    if (Date.now() > end)
      throw fail('unreachable', `the broker still serves another nkey of \`${owner.org}\`: see its log`);
}

/** Returns the public nkeys of all users of the broker but one. */
function publicNkeysOfOthers(home: Home, { org, user: own }: NkeyOwner): ReadonlySet<string> {
  const size = hubSize(home);
  return new Set(
    accountsOf(size.orgs, size).flatMap(({ name, users }) =>
      users
        .filter(({ role, of }) => role !== own || (role === 'tail' ? of : name) !== org)
        .flatMap((user) => publicNkeysOf(home, name, user)),
    ),
  );
}

/** Throws `key-invalid` for the nkey of another user of this broker. */
export function requireNkeyUnused(home: Home, owner: NkeyOwner, nkey: string): void {
  if (publicNkeysOfOthers(home, owner).has(nkey))
    throw fail('key-invalid', 'the nkey belongs to another user of this broker');
}

const gatewayNkeys = (home: Home, org: OrgId): readonly string[] =>
  admittedNkeys(home, { org, user: 'gateway' });

/**
 * Takes the old nkey of each member out whose gateway has logged in with the next one. Throws `busy` while another process signs, and as
 * `admitNkeys` does.
 */
export async function endOverlaps(home: Home, deps: ReloadDeps): Promise<void> {
  const run = describeHome(home).kind === 'hub' ? findRunning(home) : undefined;
  if (run === undefined) return;
  const changing = hubSize(home).orgs.filter((org) => gatewayNkeys(home, org).length > 1);
  if (changing.length === 0) return;
  const connections = await monitoringAt(run.monitor).connections();
  const isLoggedIn = (org: OrgId): boolean =>
    connections.some(
      ({ account, name, user }) =>
        account === org && name === gatewayName(org) && user === gatewayNkeys(home, org).at(-1),
    );
  for (const org of changing.filter(isLoggedIn)) {
    const lock = lockDirectory(home);
    try {
      // A person may have admitted another nkey, or locked the gateway out, since the connections were read.
      if (!isLoggedIn(org)) continue;
      await admitNkeys(home, { org, user: 'gateway' }, { ...deps, nkeys: gatewayNkeys(home, org).slice(-1) });
    } finally {
      lock.release();
    }
    deps.say(`the gateway of \`${org}\` logs in with its next nkey: the broker refuses the old one`);
  }
}
