import { existsSync, statSync } from 'node:fs';
import { accountsOf } from '../../shared/bus/accounts.js';
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
import { publicNkeyPath, publicNkeysOf } from '../init/seed-path.js';
import { type ReloadDeps, reloadBroker } from '../org/reload-broker.js';
import { lockDirectory } from '../up/lock.js';

const GATEWAY = { role: 'gateway' } as const;

/**
 * Returns the public nkeys with which the gateway of a member may log in to the broker, the newest last: two while it changes over,
 * none once it is locked out. Throws `organisation-unknown` where its nkey was not admitted by `org admit`.
 */
export function admittedNkeys(home: Home, org: OrgId): readonly string[] {
  if (!existsSync(publicNkeyPath(home, org, GATEWAY)))
    throw fail('organisation-unknown', `\`${org}\` did not join this hub: no request replaces its nkey`);
  return publicNkeysOf(home, org, GATEWAY);
}

/** Returns the members whose gateways the broker admits with no nkey, and since when. */
export function lockedOutOf(
  home: Home,
  orgs: readonly OrgId[],
): readonly { readonly org: OrgId; readonly since: string }[] {
  return orgs.flatMap((org) => {
    const path = publicNkeyPath(home, org, GATEWAY);
    if (!existsSync(path) || admittedNkeys(home, org).length > 0) return [];
    return [{ org, since: statSync(path).mtime.toISOString() }];
  });
}

/**
 * Lets the gateway of a member log in with these nkeys alone, and waits until the broker has closed the connections of its others.
 * The caller holds `lockDirectory`. Changes nothing where `reloadBroker` throws; throws `unreachable` also where such a connection is
 * still open after 10 s. Can be called again after an interruption.
 */
export async function admitNkeys(
  home: Home,
  org: OrgId,
  { nkeys, ...deps }: ReloadDeps & { readonly nkeys: readonly string[] },
): Promise<void> {
  const [path, before] = [publicNkeyPath(home, org, GATEWAY), admittedNkeys(home, org)];
  writeSecret(path, nkeys.join('\n'));
  try {
    await reloadBroker(home, deps);
  } catch (error) {
    writeSecret(path, before.join('\n'));
    throw error;
  }
  await untilClosed(home, org, nkeys);
}

const CLOSED_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 100;

async function untilClosed(home: Home, org: OrgId, nkeys: readonly string[]): Promise<void> {
  const run = findRunning(home);
  if (run === undefined) return;
  const others = publicNkeysOfOthers(home, org);
  const isOpen = async (): Promise<boolean> =>
    (await monitoringAt(run.monitor).connections()).some(
      ({ account, user }) => account === org && !nkeys.includes(user) && !others.has(user),
    );
  for (const end = Date.now() + CLOSED_TIMEOUT_MS; await isOpen(); await pause(LOOK_EVERY_MS))
    if (Date.now() > end)
      throw fail('unreachable', `the broker still serves another nkey of \`${org}\`: see its log`);
}

/** Returns the public nkeys of all users of the broker but the gateway of one member. */
function publicNkeysOfOthers(home: Home, org: OrgId): ReadonlySet<string> {
  const size = hubSize(home);
  return new Set(
    accountsOf(size.orgs, size).flatMap(({ name, users }) =>
      users
        .filter(({ role }) => name !== org || role !== 'gateway')
        .flatMap((user) => publicNkeysOf(home, name, user)),
    ),
  );
}

/** Throws `key-invalid` for the nkey of another user of this broker. */
export function requireNkeyUnused(home: Home, org: OrgId, nkey: string): void {
  if (publicNkeysOfOthers(home, org).has(nkey))
    throw fail('key-invalid', 'the nkey belongs to another user of this broker');
}

/**
 * Takes the old nkey of each member out whose gateway has logged in with the next one. Throws `busy` while another process signs, and as
 * `admitNkeys` does.
 */
export async function endOverlaps(home: Home, deps: ReloadDeps): Promise<void> {
  const run = describeHome(home).kind === 'hub' ? findRunning(home) : undefined;
  if (run === undefined) return;
  const changing = hubSize(home).orgs.filter((org) => admittedNkeys(home, org).length > 1);
  if (changing.length === 0) return;
  const connections = await monitoringAt(run.monitor).connections();
  const isLoggedIn = (org: OrgId): boolean =>
    connections.some(
      ({ account, name, user }) =>
        account === org && name === gatewayName(org) && user === admittedNkeys(home, org).at(-1),
    );
  for (const org of changing.filter(isLoggedIn)) {
    const lock = lockDirectory(home);
    try {
      // A person may have admitted another nkey, or locked the gateway out, since the connections were read.
      if (!isLoggedIn(org)) continue;
      await admitNkeys(home, org, { ...deps, nkeys: admittedNkeys(home, org).slice(-1) });
    } finally {
      lock.release();
    }
    deps.say(`the gateway of \`${org}\` logs in with its next nkey: the broker refuses the old one`);
  }
}
