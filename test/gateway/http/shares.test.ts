import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let hub: Hub;
let gateway: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol');
  hub = await playHub(broker, gateway.identity.directory.current());
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const shares = async (): Promise<readonly Json[]> =>
  (await gateway.call('GET', '/v1/shares')).body['items'] as readonly Json[];

test('shares: an own notice is listed after its routing report, with its attributes and the sections of each recipient', async () => {
  hub.lose.add('delivery');
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  expect(await shares()).toEqual([]);
  await hub.serve('europol');
  await until('it is routed', () => gateway.store.own.find(String(body['id']))?.state === 'routed');
  const listed = await shares();
  expect(listed).toMatchObject([
    {
      id: body['id'],
      attributes: { originator: 'europol', kind: 'red' },
      shares: [{ org: 'afripol', unsealed: [] }],
    },
  ]);
  const shown = (await gateway.call('GET', String(body['href']))).body;
  const [recipient] = shown['recipients'] as readonly Json[];
  expect(recipient?.['sections']).toContain('identity');
  expect(listed).toMatchObject([{ shares: [{ sections: recipient?.['sections'] }] }]);
});

test('overheld: the hub is asked for the page after the cursor, and its answer is returned', async () => {
  const pair = {
    originator: 'europol',
    id: '01a21056-15a8-71b0-8594-e5708ea13abd',
    jti: '01a21056-15a8-71b0-8594-e5708ea13abd.7',
    kind: 'red',
    recipient: 'afripol',
    whole: false,
    sections: ['judicial'],
  };
  const asked: unknown[] = [];
  hub.answer = ({ type, after }) => {
    asked.push([type, after]);
    return { type: 'overheld', bundle: 'b', pairs: [pair], next: 'x' };
  };
  await hub.serve('europol');
  const { body } = await gateway.call('GET', '/v1/overheld?after=x');
  expect(body).toEqual({ bundle: 'b', pairs: [pair], next: 'x' });
  expect(asked).toContainEqual(['overheld', 'x']);
});
