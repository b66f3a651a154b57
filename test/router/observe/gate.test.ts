import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outgoing } from '../../../services/shared/wire/subjects.js';
import { quarantined } from '../../support/hub-reads.js';
import { OPEN, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('router: while the gate is closed, nothing is pulled, refused, decided or quarantined; routing resumes by itself after', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start();
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  const codes = () => [...new Set(router.reasons().map(({ code }) => code))];
  /** Sends a valid frame, and one that would be quarantined. */
  const sendBoth = async (of: Outgoing = 'receipt'): Promise<Sent> => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.publish(of, Buffer.from('nonsense'));
    await europol.send(sent);
    return sent;
  };
  const waits = async (sent: Sent): Promise<void> => {
    const put = (await quarantined(router.core)).length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(europol.reports.some(({ id }) => id === sent.id)).toBe(false);
    expect(await quarantined(router.core)).toHaveLength(put);
    expect(await hub.broker.count('europol', 'OUT')).toBe(2);
  };
  const resumes = async (sent: Sent): Promise<void> => {
    const report = await europol.reportOn(sent);
    expect(report.notices).toHaveLength(1);
    await until('the rest', async () => (await hub.broker.count('europol', 'OUT')) === 0);
  };

  test('a silent auditor', async () => {
    await hub.auditor.stop();
    hub.clock.move(61_000);
    expect(codes()).toEqual(['auditor-silent']);
    const sent = await sendBoth();
    await waits(sent);
    await until('the alarm', () => hub.alarms.list().length > 0);
    expect(hub.alarms.list()).toMatchObject([{ alarm: 'gate-closed', code: 'auditor-silent' }]);
    await hub.auditor.start();
    await resumes(sent);
    await until('it is over', () => hub.alarms.list().length === 0);
  });

  test('a stale directory', async () => {
    hub.clock.move(8 * 86_400_000);
    await until('a heartbeat', () => codes().join() === 'directory-stale');
    const sent = await sendBoth();
    await waits(sent);
    await hub.amend((source) => ({ ...source, nextUpdate: '2099-01-01T00:00:00Z' }));
    await resumes(sent);
  });

  test('a closed gate raises an alarm', async () => {
    await until('the alarms', () =>
      ['auditor-silent', 'directory-stale'].every((code) =>
        hub.events.some((event) => event.event === 'alarm' && event['code'] === code),
      ),
    );
  });

  test('a policy that is missing at the start; one that goes missing later stays in force', async () => {
    await hub.policy('interpol/import.cedar', undefined);
    expect(router.reasons()).toEqual([]);
    const still = await europol.frame([await europol.issue()]);
    await europol.send(still);
    expect((await europol.reportOn(still)).decisions).toMatchObject([{ outcome: 'delivered' }]);
    await router.stop();
    router = await hub.start({ policy: () => undefined });
    await until('everything else', () => codes().join() === 'policy-missing');
    const sent = await sendBoth();
    await waits(sent);
    await router.stop();
    await hub.policy('interpol/import.cedar', OPEN('interpol-import'));
    router = await hub.start();
    await resumes(sent);
  });

  test('a policy that breaks later raises one alarm each time; the earlier one stays in force', async () => {
    const alarms = () =>
      hub.events
        .filter(({ event, what }) => event === 'alarm' && what === 'policies-not-used')
        .map(({ code }) => code);
    const before = alarms();
    await hub.policy('interpol/import.cedar', 'permit (');
    await until('the alarm', () => alarms().length > before.length);
    expect(router.reasons()).toEqual([]);
    const still = await europol.frame([await europol.issue()]);
    await europol.send(still);
    expect((await europol.reportOn(still)).decisions).toMatchObject([{ outcome: 'delivered' }]);
    expect(alarms()).toEqual([...before, 'policy-invalid']);
    const isTold = (): boolean => hub.alarms.list().some(({ alarm }) => alarm === 'policies-not-used');
    expect(isTold()).toBe(true);
    await hub.policy('interpol/import.cedar', OPEN('interpol-import'));
    await until('it is over', () => !isTold());
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await hub.policy('interpol/import.cedar', 'permit (');
    await until('another alarm', () => alarms().length === before.length + 2);
    await hub.policy('interpol/import.cedar', OPEN('interpol-import'));
  });
});
