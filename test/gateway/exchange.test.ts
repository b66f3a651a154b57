import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../support/broker.js';
import { until } from '../support/until.js';
import { type Hub, playHub } from './play-hub.js';
import { example, startGateway, type Started } from './start-gateway.js';

let broker: Broker;
let hub: Hub;
let europol: Started;
let afripol: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'aseanapol'] });
  [europol, afripol] = await Promise.all([startGateway(broker, 'europol'), startGateway(broker, 'afripol')]);
  hub = await playHub(broker, europol.identity.directory.current());
  await hub.serve('europol', 'afripol');
});

afterAll(async () => {
  await Promise.all([europol?.stop(), afripol?.stop(), hub?.stop()]);
  await broker?.close();
});

const held = async (at: Started, id: unknown): Promise<boolean> =>
  (await at.call('GET', `/v1/inbox/europol/${String(id)}`)).status === 200;

describe('gateway: an exchange', () => {
  test('a notice is submitted, reported, held and receipted', async () => {
    hub.rule = ({ sections }, to) => (to === 'afripol' ? sections.slice(0, 2) : undefined);
    const { status, body } = await europol.call('POST', '/v1/notices', { body: example('red') });
    expect(status, JSON.stringify(body)).toBe(202);
    expect(body).toMatchObject({ revision: 1, state: 'queued', href: `/v1/notices/${String(body['id'])}` });
    await until('it is held', () => held(afripol, body['id']));
    const show = () => europol.call('GET', String(body['href']));
    await until('it is settled', async () => (await show()).body['state'] === 'settled');
    const { body: shown } = await show();
    expect(shown).toMatchObject({
      recipients: [
        {
          org: 'afripol',
          outcome: 'redacted',
          receipt: { type: 'held', verified: true, kid: 'afripol:receipt:1' },
        },
        { org: 'aseanapol', outcome: 'denied', receipt: null },
      ],
    });
  });
});
