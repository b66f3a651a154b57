import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestDirectory } from '../../../services/cli/init/home-directory.js';
import { openAccount } from '../../../services/cli/org/open-account.js';
import { tellLeaver } from '../../../services/cli/org/tell-leaver.js';
import { clientFolder } from '../../../services/cli/tls/holders.js';
import { connectAs } from '../../../services/shared/bus/connect.js';
import { consume } from '../../../services/shared/bus/consume.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type HubBroker, silent, startHubBroker } from './hub-broker.js';

const EUROPOL = parseOrgId('europol');

let broker: HubBroker;
beforeAll(async () => {
  broker = await startHubBroker(1);
  const request = await broker.ask('europol');
  await openAccount(broker.hub, request, { run: broker.run(), env: process.env, say: silent });
  await broker.certify(request);
});
afterAll(() => broker.close());

/** Connects as the gateway of the member, under the name by which the hub knows it. */
function connectGateway() {
  const site = broker.site('europol');
  const seed = readSecret(site.org(EUROPOL, 'gateway.nk'));
  return connectAs({
    servers: broker.run().nats,
    tls: clientFolder(site.org(EUROPOL)),
    seed,
    role: 'gateway',
    name: 'gateway-europol',
  });
}

describe('the version of the directory by which a member has left', () => {
  test('reaches its connected gateway before the account is removed', async () => {
    const gateway = await connectGateway();
    const heard: (readonly [subject: string, bytes: Uint8Array])[] = [];
    const reading = await consume(gateway, sources.in, {
      handle: async (delivery) => {
        heard.push([delivery.subject, delivery.bytes]);
        await delivery.settle();
      },
      onError: silent,
    });
    expect(await tellLeaver(broker.hub, EUROPOL, broker.run())).toBe(true);
    const { frame } = await newestDirectory(broker.hub);
    expect(heard).toEqual([[subjects.directory(), new Uint8Array(frame)]]);
    await reading.stop();
    await gateway.close();
  });

  test('is not waited for where its gateway is not connected', async () => {
    expect(await tellLeaver(broker.hub, EUROPOL, broker.run())).toBe(false);
  });
});
