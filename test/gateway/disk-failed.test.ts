import { renameSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Broker, startBroker } from '../support/broker.js';
import { example, startGateway, type Started } from './start-gateway.js';

let broker: Broker;
let gateway: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { offline: true });
});

afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

test('gateway: a disk that does not store a change ends it: nothing more is accepted or shown, and an alarm says so', async () => {
  const submit = () => gateway.call('POST', '/v1/notices', { body: example('red') });
  const kept = await submit();
  expect(kept.status).toBe(202);
  const log = broker.home.org(gateway.identity.org, 'gateway.db-wal');
  renameSync(log, `${log}.away`);
  const answers = [
    await submit(),
    await submit(),
    await gateway.call('GET', '/v1/notices'),
    await gateway.call('GET', String(kept.body['href'])),
    await gateway.call('GET', '/v1/inbox/1'),
  ];
  for (const { status, body, headers } of answers) {
    expect([status, body['code'], body['items']]).toEqual([503, 'disk-failed', undefined]);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  }
  expect(await gateway.store.failed).toMatchObject({ code: 'disk-failed' });
  expect(gateway.alarms.list().map(({ alarm, place }) => [alarm, place])).toContainEqual([
    'disk-failed',
    'gateway.db',
  ]);
});
