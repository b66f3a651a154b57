import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { quarantined } from '../../support/hub-reads.js';
import { until } from '../../support/until.js';
import { send as sendFrom } from './alfa.js';

const WITHDRAW = { verb: 'withdraw', reason: 'issued-in-error' } as const;
const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];

describe('router: the bounds of actions', () => {
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

  const send = (items: Parameters<PlayedGateway['frame']>[0]): Promise<Sent> => sendFrom(europol, items);
  const issue = async () => {
    const id = parseNoticeId(uuidv7());
    return { id, notice: await europol.issue({ id, number: Date.now() }) };
  };
  const isRaised = (alarm: string): boolean => hub.alarms.list().some((one) => one.alarm === alarm);

  test('a number more than a day ahead is refused for good, and its bytes are quarantined', async () => {
    const { id, notice } = await issue();
    await send([notice]);
    const sent = await send([
      await europol.act({ id, ...WITHDRAW, number: Date.now() + DAY_MS + 60_000 }),
      await europol.issue({ number: Date.now() + DAY_MS + 60_000 }),
    ]);
    expect((await europol.reportOn(sent)).refusals.map(({ code }) => code)).toEqual([
      'too-far-ahead',
      'too-far-ahead',
    ]);
    await until('the quarantine', async () => {
      const reasons = (await quarantined(router.core)).map(({ reason }) => reason);
      return reasons.filter((reason) => reason === 'too-far-ahead').length === 2;
    });
  });

  test('a number ahead of the clock is not judged: its frame is accepted when it is sent again later', async () => {
    const { id, notice } = await issue();
    await send([notice]);
    const number = hub.clock().getTime() + HOUR_MS;
    const sent = await europol.frame([await europol.act({ id, ...WITHDRAW, number })]);
    await europol.send(sent);
    await until('the alarm', () => isRaised('frame-ahead'));
    expect(europol.reports.some(({ id: named }) => named === sent.id)).toBe(false);
    hub.clock.move(HOUR_MS);
    await europol.sendAgain(sent);
    expect((await europol.reportOn(sent)).acts).toHaveLength(1);
  });

  test('more than 100 ends within an hour raise an alarm, and no quota holds them back', async () => {
    await hub.amend((source) => {
      const { organisations } = source;
      const one = organisations['europol'];
      if (one === undefined) throw new Error('no europol');
      return {
        ...source,
        organisations: { ...organisations, europol: { ...one, quotas: { perMinute: 128 } } },
      };
    });
    const issued = await Promise.all(Array.from({ length: 101 }, issue));
    for (let at = 0; at < issued.length; at += 51)
      await send(issued.slice(at, at + 51).map(({ notice }) => notice));
    expect(isRaised('mass-recall')).toBe(false);
    for (let at = 0; at < issued.length; at += 51) {
      const ends = issued.slice(at, at + 51).map(({ id }) => europol.act({ id, ...WITHDRAW }));
      const { refusals } = await europol.reportOn(await send(await Promise.all(ends)));
      expect(refusals).toEqual([]);
    }
    await until('the alarm', () => isRaised('mass-recall'));
  });
});
