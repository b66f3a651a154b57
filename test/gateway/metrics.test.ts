import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../support/broker.js';
import { samplesIn } from '../support/telemetry/samples.js';
import { until } from '../support/until.js';
import { type Hub, playHub } from './play-hub.js';
import { example, startGateway, type Started } from './start-gateway.js';

let broker: Broker;
let hub: Hub;
let gateway: Started;
let skew = 0;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { clock: () => new Date(Date.now() + skew) });
  hub = await playHub(broker, gateway.identity.directory.current());
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const sample = async (name: string): Promise<number> =>
  samplesIn(await gateway.metrics()).get(`liaison_${name}`) ?? Number.NaN;
const becomes = (name: string, value: number): Promise<true> =>
  until(`${name} to be ${value}`, async () => (await sample(name)) === value);

describe('gateway metrics', () => {
  test('count submissions, a repeated request once, and show how many wait and since when', async () => {
    expect(await sample('gateway_outbox_notices')).toBe(0);
    expect(await sample('gateway_outbox_oldest_seconds')).toBe(0);
    const headers = { 'idempotency-key': 'once' };
    const submit = () => gateway.call('POST', '/v1/notices', { body: example('yellow'), headers });
    expect([await submit(), await submit()].map(({ status }) => status)).toEqual([202, 202]);
    skew = 600_000;
    expect(await sample('gateway_submitted_total')).toBe(1);
    expect(await sample('gateway_outbox_notices')).toBe(1);
    expect(await sample('gateway_outbox_oldest_seconds')).toBeGreaterThanOrEqual(600);
    skew = 0;
  });

  test('show awaited receipts and the time to the report', async () => {
    hub.lose.add('delivery');
    await hub.serve('europol');
    await becomes('gateway_outbox_notices', 0);
    await becomes('gateway_awaited_receipts', 1);
    await becomes('gateway_report_seconds_count', 1);
    skew = 600_000;
    expect(await sample('gateway_awaited_oldest_seconds')).toBeGreaterThanOrEqual(600);
    skew = 0;
  });

  test('show readiness, connection and the expiry of keys', async () => {
    await becomes('ready', 1);
    expect(await sample('nats_connected')).toBe(1);
    for (const use of ['notice', 'receipt']) {
      expect(await sample(`key_expiry_timestamp_seconds{use="${use}"}`)).toBeGreaterThan(Date.now() / 1000);
    }
    skew = 30 * 86_400_000;
    expect(await sample('ready')).toBe(0);
    expect(await sample('not_ready{code="directory-stale"}')).toBe(1);
    skew = 0;
  });

  test('name no organisation and no notice', async () => {
    const text = await gateway.metrics();
    expect(text).not.toMatch(/europol|afripol|[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  test('are not served by the API', async () => {
    expect((await gateway.call('GET', '/metrics')).status).toBe(404);
  });
});
