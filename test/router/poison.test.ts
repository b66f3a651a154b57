import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noticeSteps } from '../../services/router/recipe.js';
import { quarantined } from '../support/hub-reads.js';
import { startHub, type TestHub } from '../support/hub.js';
import type { PlayedGateway } from '../support/played-gateway.js';
import { until } from '../support/until.js';

describe('a frame that ends whoever opens it', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  test('is opened alone from the fifth delivery on, and put away unopened when it kills twice; the next goes on', async () => {
    const poison = await europol.frame([await europol.issue()]);
    const alone: string[] = [];
    let opened = 0;
    const router = await hub.start({
      steps: {
        ...noticeSteps,
        open: async (of, frame) => {
          if (frame.id !== poison.id) return noticeSteps.open(of, frame);
          opened += 1;
          throw new Error('dies');
        },
      },
      openAlone: async ({ subject }) => {
        alone.push(subject);
        return false;
      },
    });
    await hub.open(router);
    await europol.send(poison);
    await until('the quarantine', async () => (await quarantined(router.core)).length === 1);
    expect(await quarantined(router.core)).toEqual([{ org: 'europol', reason: 'poison-frame' }]);
    expect([opened, alone.length]).toEqual([4, 2]);
    const next = await europol.frame([await europol.issue()]);
    await europol.send(next);
    expect((await europol.reportOn(next)).notices).toHaveLength(1);
    expect(europol.reports.some(({ id }) => id === poison.id)).toBe(false);
    await router.stop();
  });

  test('a frame that failed for another reason is no poison: it is opened in the end', async () => {
    const late = await europol.frame([await europol.issue()]);
    let failures = 5;
    const router = await hub.start({
      steps: {
        ...noticeSteps,
        deliver: async (of, recorded) => {
          failures -= 1;
          if (failures > 0) throw new Error('the disk is full');
          return noticeSteps.deliver(of, recorded);
        },
      },
      openAlone: async () => true,
    });
    await hub.open(router);
    await europol.send(late);
    expect((await europol.reportOn(late)).notices).toHaveLength(1);
    expect(await quarantined(router.core)).toHaveLength(1);
    await router.stop();
  });
});
