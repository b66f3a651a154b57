import { type Account, accountsOf, type User } from '../../shared/bus/accounts.js';
import { natsConf } from '../../shared/bus/nats-conf.js';
import { newCipherKey, newSeed, publicNkey } from '../../shared/bus/nkeys.js';
import type { Size } from '../../shared/bus/streams.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { freePorts } from './free-ports.js';
import type { Layout } from './layout.js';
import { makePrivateFolder } from './make-folder.js';
import { writeSecret } from './secrets.js';
import { seedPath } from './seed-path.js';

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
  const permissions = {
    accounts,
    publicKey: (account: string, user: User) => publicNkey(readSecret(seedPath(home, account, user))),
  };
  if (layout === undefined) await writeServer(home, permissions);
  else writeCluster(home, permissions, layout);
}

const CIPHER_KEY = 'js.key.conf';
/** The data folder, beside the configuration: a home has no absolute path, so that it can be copied and moved. */
const DATA = 'data';

interface Permissions {
  readonly accounts: readonly Account[];
  readonly publicKey: (account: string, user: User) => string;
}

/** Writes the files of a single server. Its configuration contains free ports of the loopback interface. */
async function writeServer(home: Home, permissions: Permissions): Promise<void> {
  makePrivateFolder(home.nats(DATA));
  writeSecret(home.nats('js.key'), newCipherKey());
  const [port = 0, monitorPort = 0] = await freePorts(2);
  const conf = natsConf({
    ...permissions,
    name: 'liaison',
    listen: `127.0.0.1:${port}`,
    monitor: `127.0.0.1:${monitorPort}`,
    dataDir: DATA,
  });
  writeSecret(home.nats('nats.conf'), conf);
}

function writeCluster(home: Home, permissions: Permissions, { nodes }: Layout): void {
  for (const { name, listen, monitor, cluster, route } of nodes) {
    makePrivateFolder(home.nats(name, DATA));
    writeSecret(home.nats(name, CIPHER_KEY), `LIAISON_JS_KEY: ${JSON.stringify(newCipherKey())}`);
    const conf = natsConf({
      ...permissions,
      name,
      listen,
      monitor,
      dataDir: DATA,
      cluster: {
        listen: cluster,
        advertise: route,
        routes: nodes.filter((other) => other.name !== name).map((other) => other.route),
        tls: 'tls',
        cipherKeyFile: CIPHER_KEY,
      },
    });
    writeSecret(home.nats(name, 'nats.conf'), conf);
  }
}
