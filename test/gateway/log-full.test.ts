import { expect, test } from 'vitest';
import { GATEWAY_MIGRATIONS } from '../../services/shared/store/gateway/gateway-schema.js';
import { openDatabase } from '../../services/shared/store/sqlite.js';
import { until } from '../support/until.js';
import { example } from './start-gateway.js';
import { startOffline } from './start-offline.js';

const MIB = 1024 * 1024;
/** More than the log may have. */
const WRITTEN = 70;

test('gateway: while a reader keeps the log of its database above 64 MiB, it takes nothing and is not ready, with `full`', async () => {
  await using offline = await startOffline();
  const { broker, gateway } = offline;
  const { store, identity } = gateway;
  const submit = async () =>
    (await gateway.call('POST', '/v1/notices', { body: example('red') })).body['code'];
  const isFull = (): boolean => gateway.gateway.reasons().includes('full');
  const reader = openDatabase(broker.home.org(identity.org, 'gateway.db'), GATEWAY_MIGRATIONS);
  reader.exec('BEGIN; SELECT count(*) FROM fact');
  expect([isFull(), await submit()]).toEqual([false, undefined]);
  for (let mib = 0; mib < WRITTEN; mib += 1)
    await store.commit(() => store.facts.set('adopted-policies', String(mib % 10).repeat(MIB)));
  expect([isFull(), await submit()]).toEqual([true, 'full']);
  reader.exec('COMMIT');
  reader.close();
  await until('the log to be short', () => !isFull());
  expect(await submit()).toBeUndefined();
});
