import { expect, onTestFinished, test } from 'vitest';
import { nextContent } from '../../../services/gateway/outbound/next-content.js';
import { startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { example, startGateway } from '../start-gateway.js';

test('an extension goes into a frame without notices', async () => {
  const broker = await startBroker({ orgs: ['europol', 'afripol'] });
  onTestFinished(() => broker.close());
  const { call, store, identity, stop } = await startGateway(broker, 'europol', { offline: true });
  onTestFinished(stop);
  const { header, sections } = example('red');
  const draft = { header: { ...header, expiresAfter: 'P1Y' }, sections };
  const submit = async (): Promise<string> =>
    String((await call('POST', '/v1/notices', { body: draft })).body['id']);
  const id = await submit();
  await until('the frame of the notice', () => (store.own.find(id)?.frame ?? null) !== null);
  const expiresAt = new Date(Date.now() + 4 * 365 * 86_400_000).toISOString().replace(/\.\d+/, '');
  const body = { reason: 'still-needed', expiresAt };
  expect(await call('POST', `/v1/notices/${id}/extend`, { body })).toMatchObject({ status: 202 });
  await submit();
  const { notices, items } = nextContent(identity, store);
  expect([notices.length, items.length]).toEqual([0, 1]);
});
