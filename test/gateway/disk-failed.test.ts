import { renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { example } from './start-gateway.js';
import { startOffline } from './start-offline.js';

test('gateway: once the disk did not store a change, nothing more is accepted or shown, and an alarm says so', async () => {
  await using offline = await startOffline();
  const { broker, gateway } = offline;
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
