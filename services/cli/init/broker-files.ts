import { accountsOf } from '../../shared/bus/accounts.js';
import { natsConf } from '../../shared/bus/nats-conf.js';
import { newCipherKey, newSeed, publicNkey } from '../../shared/bus/nkeys.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { freePorts } from './free-ports.js';
import { makeFolder, writeSecret } from './secrets.js';
import { seedPlace } from './seed-places.js';

/** Makes every nkey, the cipher key of the store and the server's configuration. The ports are kept from then on. */
export async function writeBrokerFiles(home: Home, orgs: readonly OrgId[]): Promise<void> {
  const accounts = accountsOf(orgs);
  for (const { name, users } of accounts) {
    for (const user of users) writeSecret(seedPlace(home, name, user), newSeed());
  }
  makeFolder(home.nats('data'));
  writeSecret(home.nats('js.key'), newCipherKey());
  const [port = 0, monitorPort = 0] = await freePorts(2);
  const conf = natsConf({
    host: '127.0.0.1',
    port,
    monitorPort,
    dataDir: home.nats('data'),
    accounts,
    publicKey: (account, user) => publicNkey(readSecret(seedPlace(home, account, user))),
  });
  writeSecret(home.nats('nats.conf'), conf);
}
