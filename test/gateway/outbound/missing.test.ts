import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, hearLog, type Json, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
let broker: Broker;
let hub: Hub;
let gateway: Started;
let lines: readonly Json[];
let skew = 0;
const clock = (): Date => new Date(Date.now() + skew);

beforeEach(async () => {
  skew = 0;
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const heard = hearLog();
  lines = heard.lines;
  const [day, week] = [equalDeadlines(DAY / 1000), equalDeadlines((7 * DAY) / 1000)];
  // Those of other kinds are longer.
  const deadlines = { ...day, receipt: { ...week.receipt, red: DAY } };
  const settings = { sweepMs: 50, deadlines };
  gateway = await startGateway(broker, 'europol', { clock, settings, log: heard.log });
  hub = await playHub(broker, gateway.identity.directory.current(), clock);
});

afterEach(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const inForce = async (): Promise<readonly unknown[]> =>
  ((await gateway.call('GET', '/readyz')).body['alarms'] as readonly Json[]).map(({ alarm }) => alarm);

const told = (code: string) => lines.filter((line) => line['alarm'] !== undefined && line['code'] === code);

/** Submits a notice that is valid for this many days. */
async function submit(days: number): Promise<string> {
  const { header, sections } = example('red');
  const changed = { expiresAfter: `P${days}D`, reviewAfter: 'P1D' };
  const { body } = await gateway.call('POST', '/v1/notices', {
    body: { header: { ...header, ...changed }, sections },
  });
  return String(body['id']);
}

async function routed(id: string): Promise<void> {
  hub.lose.add('delivery');
  await hub.serve('europol');
  await until('it is routed', () => gateway.store.own.find(id)?.state === 'routed');
}

const counted = async (code: string): Promise<boolean> =>
  (await gateway.metrics()).includes(`liaison_gateway_missing_total{code="${code}"} 1`);

describe('gateway sweeper: an accepted notice', () => {
  test('that ends before a recipient has receipted it raises an alarm with both names', async () => {
    const id = await submit(2);
    await routed(id);
    skew = 3 * DAY;
    await until('it is told', () => told('expired').length > 0);
    expect(told('expired')).toMatchObject([
      { jti: expect.stringMatching(`^${id}[.]\\d{13}$`), recipient: 'afripol' },
    ]);
    expect(await counted('expired')).toBe(true);
  });

  test('that ends before the hub has reported on it raises an alarm', async () => {
    const id = await submit(2);
    skew = 3 * DAY;
    await until('it is told', () => told('expired').length > 0);
    expect(told('expired')).toMatchObject([
      { jti: expect.stringMatching(`^${id}[.]\\d{13}$`), recipient: null },
    ]);
  });

  test('whose receipt is overdue raises one alarm while the receipt may still arrive', async () => {
    const id = await submit(5);
    await routed(id);
    skew = DAY - 60_000;
    await until('it is looked at', async () => (await gateway.call('GET', '/healthz')).status === 200);
    expect(told('timed-out')).toEqual([]);
    skew = DAY + 60_000;
    await until('it is told', () => told('timed-out').length > 0);
    skew = 2 * DAY;
    await gateway.store.commit(() => undefined);
    expect(told('timed-out')).toMatchObject([
      { jti: expect.stringMatching(`^${id}[.]\\d{13}$`), recipient: 'afripol' },
    ]);
    expect(await counted('timed-out')).toBe(true);
    expect(gateway.store.own.find(id)?.state).toBe('routed');
    expect(await inForce()).toEqual(['receipt-overdue']);
    skew = 6 * DAY;
    await until('it is awaited no more', async () => !(await inForce()).includes('receipt-overdue'));
    expect(await inForce()).toEqual(['notice-unreceipted']);
  });
});
