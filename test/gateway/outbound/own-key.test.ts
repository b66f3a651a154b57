import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { nextKeyOf } from '../../../services/shared/trust/signers/own-signer.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, nextDirectory, revoking, someFrame } from '../craft.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

const AFRIPOL = parseOrgId('afripol');
let broker: Broker;
let gateway: Started;
let hub: Hub;

beforeEach(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'afripol');
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('afripol');
  await until('it to be ready', async () => (await reasons()).length === 0 || undefined);
});
afterEach(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

async function revoke(kid: string): Promise<void> {
  const { directory } = gateway.identity;
  await directory.adopt(await revoking(broker, directory.current(), [kid]));
}

/** Writes the next key of this use beside the current one, and lists it as in force since yesterday. */
async function replace(use: 'notice' | 'receipt'): Promise<void> {
  const { directory } = gateway.identity;
  const key = await generateKey(`afripol:${use}:2`);
  writeFileSync(nextKeyOf(broker.home.org(AFRIPOL, `${use}.jwk`)), JSON.stringify(key), { mode: 0o600 });
  const frame = await nextDirectory(broker, directory.current(), (source) => {
    const { organisations } = source;
    const { afripol } = organisations;
    const [first] = afripol!.keys;
    const { notBefore, notAfter } = first!;
    const next = { kid: key.kid, ...listedKeyOf(key), notBefore, notAfter };
    return {
      ...source,
      organisations: { ...organisations, afripol: { ...afripol!, keys: [...afripol!.keys, next] } },
    };
  });
  await directory.adopt(frame);
}

const reasons = async (): Promise<readonly string[]> =>
  (await gateway.call('GET', '/readyz')).body['reasons'] as readonly string[];

const submit = async (): Promise<number> =>
  (await gateway.call('POST', '/v1/notices', { body: example('green') })).status;

describe('gateway: an own key that is revoked', () => {
  test('makes the gateway refuse submissions as not ready until the next key is in force, without a restart', async () => {
    expect(await submit()).toBe(202);
    await revoke('afripol:notice:1');
    expect(await reasons()).toEqual(['not-ready']);
    const { status, body } = await gateway.call('POST', '/v1/notices', { body: example('green') });
    expect([status, body['code']]).toEqual([503, 'not-ready']);
    expect(JSON.stringify(body)).toContain('afripol:notice:1');
    await replace('notice');
    await until('it to be ready', async () => (await reasons()).length === 0 || undefined);
    expect(await submit()).toBe(202);
  });

  test('leaves deliveries at the broker, drops none, and takes them once the next key can receipt them', async () => {
    await revoke('afripol:receipt:1');
    const crafted = await craft(broker, hub.directory);
    const delivery = { originator: parseOrgId('europol'), frame: someFrame(), notices: [crafted] };
    await hub.deliver(AFRIPOL, delivery);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const held = async (): Promise<unknown> => (await gateway.call('GET', '/v1/inbox')).body['items'];
    expect(await held()).toEqual([]);
    await replace('receipt');
    const taken = await until('it to be taken', async () => {
      const items = (await held()) as readonly unknown[];
      return items.length > 0 ? items : undefined;
    });
    expect(taken).toMatchObject([{ id: crafted.notice.id }]);
  });
});
