import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMeter } from '../../../services/shared/runtime/meter.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { samplesIn } from '../../support/telemetry/samples.js';
import { until } from '../../support/until.js';

const ORGS = ['europol', 'interpol', 'afripol'];
const meter = createMeter();
let hub: TestHub;
let router: TestRouter;
beforeAll(async () => {
  hub = await startHub({ orgs: ORGS });
  router = await hub.start({ meter });
  await hub.open(router);
});
afterAll(() => hub.close());

const sample = async (name: string): Promise<number | undefined> =>
  samplesIn(await meter.text()).get(`liaison_${name}`);
const becomes = (name: string, value: number): Promise<true> =>
  until(`${name} to be ${value}`, async () => (await sample(name)) === value);

describe('router metrics', () => {
  test('count notices, their outcomes, receipts, frames and steps', async () => {
    const [europol, interpol] = [await hub.gateway('europol'), await hub.gateway('interpol')];
    await Promise.all([europol.listen(), interpol.listen({ receipts: true })]);
    const sent = await europol.frame([await europol.issue(), await europol.issue()]);
    await europol.send(sent);
    await becomes('router_notices_total', 2);
    await becomes('router_outcomes_total{outcome="delivered"}', 4);
    await becomes('router_receipts_total{type="held"}', 2);
    for (const step of ['open', 'decide', 'record', 'deliver', 'report', 'settle']) {
      await becomes(`router_step_seconds_count{step="${step}"}`, 1);
    }
    await becomes('router_receipt_step_seconds_count{step="settle"}', 1);
    await becomes('router_frame_bytes_count', 2);
    expect(await sample('router_frame_bytes_sum')).toBeGreaterThan(1024);
  });

  test('count quarantined messages by reason, and security events', async () => {
    const europol = await hub.gateway('europol');
    await europol.publish('submission', Buffer.from('unreadable'));
    await becomes('router_quarantined_total{code="frame-unreadable"}', 1);
    await becomes('router_security_events_total{code="frame-unreadable"}', 1);
  });

  test('count a refused notice by its reason', async () => {
    const europol = await hub.gateway('europol');
    const bare = (await europol.issue()).split('~', 1)[0] ?? '';
    await europol.send(await europol.frame([`${bare}~`]));
    await becomes('router_refused_total{code="routing-missing"}', 1);
    await becomes('router_quarantined_total{code="routing-missing"}', 1);
  });

  test('give the state of gate, broker, directory, key, policies, ledger and auditor', async () => {
    expect(await sample('ready')).toBe(1);
    expect(await sample('nats_connected')).toBe(1);
    expect(await sample('directory_version')).toBe(hub.directory().version);
    expect(await sample('router_policies_loaded')).toBe(1);
    expect(await sample('router_policies_faulty')).toBe(0);
    expect(await sample('router_caught_up')).toBe(1);
    expect(await sample('router_sick_organisations')).toBe(0);
    expect(await sample('key_expiry_timestamp_seconds{use="hub"}')).toBeGreaterThan(Date.now() / 1000);
    expect(await sample('router_heartbeat_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000 - 60);
    await becomes('router_ledger_lag_records', 0);
    await becomes('router_waiting_frames', 0);
    await hub.policy('europol/export.cedar', 'permit (');
    expect(await sample('router_policies_faulty')).toBe(1);
    expect(await sample('router_policies_loaded')).toBe(1);
    await hub.auditor.stop();
    hub.clock.move(120_000);
    expect(await sample('ready')).toBe(0);
    expect(await sample('not_ready{code="auditor-silent"}')).toBe(1);
    expect(await sample('not_ready{code="unreachable"}')).toBe(0);
  });

  test('name no organisation, notice or frame', async () => {
    const text = await meter.text();
    expect(text).not.toMatch(new RegExp(ORGS.join('|')));
    expect(text).not.toMatch(/[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-/);
    const labels = [...text.matchAll(/[{,]([a-z_]+)="/g)].map(([, label]) => label);
    expect([...new Set(labels)].toSorted()).toEqual(['code', 'le', 'outcome', 'step', 'type', 'use']);
  });
});
