import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { reservedBytes } from '../../shared/bus/account-limits.js';
import { type Account, accountsOf } from '../../shared/bus/accounts.js';
import { accountConf, natsConf, type NatsConfParams } from '../../shared/bus/nats-conf.js';
import { newSeed } from '../../shared/bus/nkeys.js';
import { ONE_MACHINE, type Size } from '../../shared/bus/streams.js';
import { isOrgId, type OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { describeHome } from '../../shared/trust/home-contract.js';
import { addressesIn, type BrokerAddresses, serverOf } from './broker-files.js';
import { routersOf } from './routers.js';
import { writeSecret } from './secrets.js';
import { publicNkeyPath, publicNkeysOf, seedPath } from './seed-path.js';

/** The folder of the files of single accounts, beside `nats.conf`. */
const ACCOUNT_FILES = 'accounts';

/** Returns the organisations that have an account at the broker of this home: those with a provisioning key. */
function orgsWithAccount(home: Home): readonly OrgId[] {
  const folder = home.hub('provision', 'orgs');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name.endsWith('.nk'))
    .map((name) => basename(name, '.nk'))
    .filter(isOrgId)
    .toSorted();
}

/** Returns the size of the hub's broker: its accounts, and the members that it has room for. */
export function hubSize(home: Home): Size {
  const { members } = describeHome(home);
  return { ...ONE_MACHINE, routers: routersOf(home), members, orgs: orgsWithAccount(home) };
}

/** Creates the nkeys of the hub in the accounts of these members; one whose public key is here belongs to a member. */
export function writeHubNkeys(home: Home, size: Size): void {
  for (const { name, users } of accountsOf(size.orgs, size))
    for (const user of users) {
      const seed = seedPath(home, name, user);
      if (!existsSync(seed) && !existsSync(publicNkeyPath(home, name, user))) writeSecret(seed, newSeed());
    }
}

/**
 * Writes `nats.conf` and the file of each account where they differ from what the accounts of this home require. Returns a
 * function that restores the files as they were. The running broker reads them when it is signalled.
 */
export function writeHubBroker(home: Home, addresses: BrokerAddresses = addressesIn(home)): () => void {
  const written = [...brokerFiles(home, addresses)].flatMap(([path, content]) => {
    const before = existsSync(path) ? readFileSync(path) : undefined;
    if (before?.toString() === content) return [];
    writeSecret(path, content);
    return [{ path, before }];
  });
  return () => {
    for (const { path, before } of written.toReversed())
      if (before === undefined) rmSync(path);
      else writeSecret(path, before);
  };
}

/** Returns the file of an account, which `nats.conf` includes. */
export function accountFile(home: Home, account: string): string {
  return home.nats(ACCOUNT_FILES, `${account}.conf`);
}

/** Returns the content of each file, by its path: the accounts first, which `nats.conf` includes. */
function brokerFiles(home: Home, addresses: BrokerAddresses): ReadonlyMap<string, string> {
  const size = hubSize(home);
  const accounts = accountsOf(size.orgs, size);
  const conf = home.nats('nats.conf');
  const publicKeys: NatsConfParams['publicKeys'] = (account, user) => publicNkeysOf(home, account, user);
  const pathOf = ({ name }: Account): string => accountFile(home, name);
  const server = serverOf(addresses);
  const reserved = reservedBytes(size);
  return new Map([
    ...accounts.map((account) => [pathOf(account), accountConf(account, publicKeys)] as const),
    [
      conf,
      natsConf({ ...server, tls: 'tls', accounts, accountFiles: ACCOUNT_FILES, reserved, publicKeys }),
    ] as const,
  ]);
}
