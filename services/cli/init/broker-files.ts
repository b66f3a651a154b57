import { existsSync, readdirSync } from 'node:fs';
import { type Account, accountsOf, type User } from '../../shared/bus/accounts.js';
import { natsConf, type NatsConfParams } from '../../shared/bus/nats-conf.js';
import { newCipherKey, newSeed } from '../../shared/bus/nkeys.js';
import type { Size } from '../../shared/bus/streams.js';
import { readAddresses } from '../../shared/bus/nats-server.js';
import { fail } from '../../shared/kernel/errors.js';
import { readOpen } from '../../shared/kernel/read-open.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { descriptorLimit } from './descriptor-limit.js';
import { freePorts } from './free-ports.js';
import type { BrokerNode, Layout } from './layout.js';
import { makePrivateFolder } from './make-folder.js';
import { writeSecret } from './secrets.js';
import { publicNkeysOf, seedPath } from './seed-path.js';

interface WriteBrokerFilesParams {
  readonly size: Omit<Size, 'orgs'>;
  /** The layout of a cluster; absent for a single server. */
  readonly layout?: Layout | undefined;
}

/** Creates every nkey, and for each server its configuration and the cipher key of its store. */
export async function writeBrokerFiles(
  home: Home,
  orgs: readonly OrgId[],
  { size, layout }: WriteBrokerFilesParams,
): Promise<void> {
  const accounts = accountsOf(orgs, size);
  for (const { name, users } of accounts) {
    for (const user of users) writeSecret(seedPath(home, name, user), newSeed());
  }
  const permissions = permissionsOf(home, accounts);
  if (layout === undefined) await writeServer(home, permissions);
  else writeCluster(home, permissions, layout);
}

/**
 * Rewrites each server configuration that an older release wrote with other permissions or limits; addresses and data folder
 * stay. Leaves a file alone that was changed by hand in any other way, and throws `config-invalid` if that file lacks
 * subjects that this release needs. A running server reads the file at its next start.
 */
export function renewBrokerFiles(
  home: Home,
  orgs: readonly OrgId[],
  { size, layout, say }: WriteBrokerFilesParams & { readonly say: (words: string) => void },
): void {
  const permissions = permissionsOf(home, accountsOf(orgs, size));
  const servers =
    layout === undefined
      ? [{ path: home.nats('nats.conf'), params: serverOf(addressesIn(home)) }]
      : layout.nodes.map((node) => ({
          path: home.nats(node.name, 'nats.conf'),
          params: nodeOf(node, layout),
        }));
  for (const { path, params } of servers) {
    const [before, after] = [readOpen(path).toString(), natsConf({ ...permissions, ...params })];
    if (before.trim() === after.trim()) continue;
    if (skeletonOf(before) === skeletonOf(after)) {
      writeSecret(path, after);
      say(`\`${path}\` now has the permissions and limits of this release`);
    } else requireSubjects(path, { before, after });
  }
}

/** Returns the addresses of a server's configuration with the data folder of this release. */
export function addressesIn(home: Home): BrokerAddresses {
  const { dataDir, ...addresses } = readAddresses(home.nats('nats.conf'));
  return { ...addresses, dataDir: dataDir === home.nats(DATA) ? DATA : dataDir };
}

/** Matches the lines that may differ between releases: permission lists, limits, and paths (absolute in older releases). */
const RELEASE_LINE =
  /^ *(?:publish|subscribe|jetstream|limits): \{|^authorization \{|^ *(?:timeout|max_connections|max_file_store|store_dir|\w+_file): /;

function skeletonOf(conf: string): string {
  return conf
    .trim()
    .split('\n')
    .filter((line) => !RELEASE_LINE.test(line))
    .join('\n');
}

function requireSubjects(
  path: string,
  { before, after }: { readonly before: string; readonly after: string },
): void {
  const quotedIn = (text: string): readonly string[] => text.match(/"[^"\n]+"/g) ?? [];
  const there = new Set(quotedIn(before));
  const lists = after.split('\n').filter((line) => /^ *(?:publish|subscribe): /.test(line));
  const lacking = [...new Set(lists.flatMap(quotedIn))].filter((subject) => !there.has(subject));
  if (lacking.length === 0) return;
  throw fail(
    'config-invalid',
    `\`${path}\` was changed by hand and lacks subjects that this release needs: undo the changes, or add to the ` +
      `users of the accounts: ${lacking.join(', ')}`,
  );
}

const CIPHER_KEY = 'js.key.conf';
/** The data folder, relative to the configuration: a home contains no absolute path, so that it can be copied and moved. */
const DATA = 'data';

interface Permissions {
  readonly accounts: readonly Account[];
  readonly publicKeys: (account: string, user: User) => readonly string[];
}

function permissionsOf(home: Home, accounts: readonly Account[]): Permissions {
  return {
    accounts,
    publicKeys: (account, user) => publicNkeysOf(home, account, user),
  };
}

type ServerParams = Omit<NatsConfParams, keyof Permissions>;
/** Where a server listens, and its data folder. */
export type BrokerAddresses = Pick<NatsConfParams, 'listen' | 'monitor' | 'dataDir'>;

/** Returns the settings of a single server. */
export const serverOf = (addresses: BrokerAddresses): ServerParams => ({
  name: 'liaison',
  descriptors: descriptorLimit(),
  ...addresses,
});

/** Creates the cipher key and the data folder of each server whose configuration is in the home, where they are missing. */
export function writeMissingCipherKeys(home: Home): void {
  const nodes = existsSync(home.nats()) ? readdirSync(home.nats()) : [];
  if (nodes.includes('nats.conf')) writeCipherKey(home);
  else for (const node of nodes) if (existsSync(home.nats(node, 'nats.conf'))) writeCipherKey(home, node);
}

/** Writes a new cipher key, unless there is one, and makes the data folder, of a single server or of one of a cluster. */
function writeCipherKey(home: Home, node?: string): void {
  const server = node === undefined ? [] : [node];
  makePrivateFolder(home.nats(...server, DATA));
  const path = home.nats(...server, node === undefined ? 'js.key' : CIPHER_KEY);
  const key = newCipherKey();
  if (!existsSync(path))
    writeSecret(path, node === undefined ? key : `LIAISON_JS_KEY: ${JSON.stringify(key)}`);
}

/** Writes the files of a single server. Its configuration contains free ports of the loopback interface. */
async function writeServer(home: Home, permissions: Permissions): Promise<void> {
  const addresses = await prepareServer(home);
  writeSecret(home.nats('nats.conf'), natsConf({ ...permissions, ...serverOf(addresses) }));
}

/**
 * Creates the data folder and the cipher key of a single server; returns its addresses, free ports of the loopback interface
 * unless `listen` is given.
 */
export async function prepareServer(home: Home, listen?: string): Promise<BrokerAddresses> {
  writeCipherKey(home);
  const [port = 0, monitorPort = 0] = await freePorts(2);
  return {
    listen: listen ?? `127.0.0.1:${port}`,
    monitor: `127.0.0.1:${monitorPort}`,
    dataDir: DATA,
  };
}

function writeCluster(home: Home, permissions: Permissions, layout: Layout): void {
  for (const node of layout.nodes) {
    writeCipherKey(home, node.name);
    writeSecret(home.nats(node.name, 'nats.conf'), natsConf({ ...permissions, ...nodeOf(node, layout) }));
  }
}

function nodeOf({ name, listen, monitor, cluster, route }: BrokerNode, { nodes }: Layout): ServerParams {
  return {
    name,
    listen,
    monitor,
    dataDir: DATA,
    descriptors: descriptorLimit(),
    cluster: {
      listen: cluster,
      advertise: route,
      routes: nodes.filter((other) => other.name !== name).map((other) => other.route),
      tls: 'tls',
      cipherKeyFile: CIPHER_KEY,
    },
  };
}
