import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const HOUR_MS = 3_600_000;

describe('router: a notice that is signed ahead of the hub’s clock', () => {
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

  const ahead = (ms: number): Date => new Date(hub.clock().getTime() + ms);

  test.each(['time', 'number', 'statement'] as const)(
    'by an hour in its %s waits in its outbox: nothing is quarantined, later frames pass, and it is taken in time',
    async (by) => {
      const before = (await quarantined(router.core)).length;
      const soon = ahead(HOUR_MS);
      const notice = await europol.issue(
        by === 'time' ? { at: soon } : by === 'number' ? { number: soon.getTime() } : {},
      );
      if (by === 'statement') hub.clock.move(HOUR_MS);
      const sent = await europol.frame([notice]);
      if (by === 'statement') hub.clock.move(-HOUR_MS);
      await europol.send(sent);
      const later = await europol.frame([await europol.issue()]);
      await europol.send(later);
      await europol.reportOn(later);
      expect(router.store.ledger.reportOn('europol', sent.id)).toBeUndefined();
      expect(await quarantined(router.core)).toHaveLength(before);
      await until('the alarm', () =>
        hub.events.some(({ what, frame }) => what === 'frame-ahead' && frame === sent.id),
      );
      hub.clock.move(HOUR_MS);
      await europol.sendAgain(sent);
      expect((await europol.reportOn(sent)).notices).toHaveLength(1);
    },
  );

  test.each(['time', 'number'] as const)(
    'by more than a day in its %s is refused for good, and its bytes are quarantined',
    async (by) => {
      const before = (await quarantined(router.core)).length;
      const far = ahead(25 * HOUR_MS);
      const notice = await europol.issue(by === 'time' ? { at: far } : { number: far.getTime() });
      const sent = await europol.frame([notice, await europol.issue()]);
      await europol.send(sent);
      const report = await europol.reportOn(sent);
      expect(report.refusals).toMatchObject([{ index: 0, code: 'too-far-ahead' }]);
      expect(report.notices).toHaveLength(1);
      await until('its bytes', async () => (await quarantined(router.core)).length === before + 1);
    },
  );
});
