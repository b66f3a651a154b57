import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isWithinQuota } from '../../../services/router/intake/quota.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import type { Snapshot } from '../../../services/router/hub.js';
import { startHub, type TestHub } from '../../support/hub.js';
import { until } from '../../support/until.js';

const EUROPOL = parseOrgId('europol');

const quota = (hub: TestHub, perMinute: number): Promise<void> =>
  hub.amend((source) => {
    const { organisations } = source;
    const one = organisations['europol'];
    if (one === undefined) throw new Error('no europol');
    return { ...source, organisations: { ...organisations, europol: { ...one, quotas: { perMinute } } } };
  });

describe('router: the quota of an organisation', () => {
  test('is admitted once by two routers together, and again a minute later', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'], routers: 2 });
    await quota(hub, 100);
    const routers = await Promise.all([hub.start({ number: 1 }), hub.start({ number: 2 })]);
    for (const router of routers) await hub.open(router);
    const europol = await hub.gateway('europol');
    await europol.listen();
    const recorded = async (): Promise<number> =>
      (await hub.auditor.records()).reduce(
        (sum, one) => sum + (one.type === 'report' ? one.notices.length : 0),
        0,
      );
    hub.clock.freeze(true);
    for (let sent = 0; sent < 30; sent += 1) {
      await europol.send(
        await europol.frame(await Promise.all(Array.from({ length: 10 }, () => europol.issue()))),
      );
    }
    await until('a quota of notices', async () => (await recorded()) >= 100);
    await delay(2_000);
    expect(await recorded()).toBe(100);
    hub.clock.move(61_000);
    await until('another quota', async () => (await recorded()) >= 200);
    await delay(1_000);
    expect(await recorded()).toBe(200);
    hub.clock.freeze(false);
  });

  test('applies to the smallest number of minutes in which a whole frame fits', async () => {
    const store = openRouterStore(join(mkdtempSync(join(tmpdir(), 'liaison-quota-')), 'router.db'));
    let now = 1_000_000;
    const isAllowed = (count: number, perMinute: number): boolean => {
      const organisations = new Map([[EUROPOL, { quotas: { perMinute } }]]);
      const snapshot = (): Snapshot => ({ directory: { organisations } as unknown as Directory }) as Snapshot;
      return isWithinQuota({ store, snapshot, clock: () => new Date(now * 1_000) }, EUROPOL, count);
    };
    expect([isAllowed(1, 0), isAllowed(64, 10), isAllowed(70, 10), isAllowed(71, 10)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    await store.commit(() => store.quotas.add(EUROPOL, 64, now));
    expect([isAllowed(6, 10), isAllowed(7, 10), isAllowed(36, 100), isAllowed(37, 100)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    now += 60;
    expect([isAllowed(7, 10), isAllowed(100, 100)]).toEqual([false, true]);
    now += 360;
    expect(isAllowed(70, 10)).toBe(true);
    // Recorded by a router whose clock is a little ahead.
    await store.commit(() => store.quotas.add(EUROPOL, 100, now + 30));
    expect(isAllowed(1, 100)).toBe(false);
    await store.close();
  });

  test('does not delay a frame with too many notices: it is quarantined, and the next one is routed', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'] });
    await quota(hub, 10);
    const router = await hub.start();
    await hub.open(router);
    const europol = await hub.gateway('europol');
    await europol.listen();
    const notice = await europol.issue();
    await europol.send(await europol.frame(Array.from({ length: 71 }, () => notice)));
    const next = await europol.frame([notice]);
    await europol.send(next);
    const report = await europol.reportOn(next);
    expect(report.notices).toHaveLength(1);
    const refused = () => hub.events.filter(({ event, code }) => event === 'security' && code === 'oversize');
    await until('the event', () => refused().length > 0);
    expect(refused()).toHaveLength(1);
  });

  test('counts every frame once, and refused notices and unreadable messages too', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'] });
    const router = await hub.start();
    await hub.open(router);
    const europol = await hub.gateway('europol');
    await europol.listen();
    const counted = (): number => router.store.quotas.sum(EUROPOL, 0, 1e11);
    const sent = await europol.frame([await europol.issue(), await europol.issue()]);
    await europol.send(sent);
    await europol.reportOn(sent);
    expect(counted()).toBe(2);
    await until('the frame to be gone', async () => (await hub.broker.count('europol', 'OUT')) === 0);
    await europol.send(sent);
    const twice = await europol.issue();
    const refused = await europol.frame([twice, twice]);
    await europol.send(refused);
    await europol.reportOn(refused);
    expect(counted()).toBe(4);
    await europol.publish('submission', Buffer.from('unreadable'));
    await until('the entry', () => counted() === 5);
  });
});
