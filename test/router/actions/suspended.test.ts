import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { openHub, send, suspendInterpol } from './alfa.js';

const WITHDRAW = { verb: 'withdraw', reason: 'issued-in-error' } as const;
const DAY_S = 86_400;

describe('router: a suspended member', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let afripol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    ({ europol, interpol, afripol } = await openHub(hub, { receipts: true }));
  });
  afterAll(() => hub.close());

  const suspend = (since?: string) => suspendInterpol(hub, since);
  const publish = async (gateway: PlayedGateway, holders: number) => {
    const id = parseNoticeId(uuidv7());
    const sent = await send(gateway, [await gateway.issue({ id, number: Date.now() })]);
    await until(
      'the receipts',
      () => gateway.receipts.filter(({ delivery }) => delivery === sent.id).length === holders,
    );
    return id;
  };
  const handedTo = async (gateway: PlayedGateway, sent: Sent) =>
    (await gateway.reportOn(sent)).acts.map(({ to }) => to);

  test('gets and answers ends and bars, and gets nothing else', async () => {
    const ids = [await publish(europol, 2), await publish(europol, 2), await publish(europol, 2)] as const;
    await suspend('2020-01-01T00:00:00Z');
    const extend = { verb: 'extend', reason: 'still-needed' } as const;
    const end = Math.floor(Date.now() / 1000) + 300 * DAY_S;
    const extended = await send(europol, [await europol.act({ id: ids[0], ...extend, expiresAt: end })]);
    expect(await handedTo(europol, extended)).toEqual(['afripol']);
    const until_s = Math.floor(Date.now() / 1000) + DAY_S;
    const bars = [
      await europol.act({ id: ids[0], ...WITHDRAW }),
      await europol.act({ id: ids[1], verb: 'suspend', reason: 'under-review', until: until_s }),
      await europol.act({
        id: ids[2],
        verb: 'restrict',
        reason: 'no-longer-shared',
        listed: [{ to: interpol.org, sections: ['judicial'] }],
      }),
    ];
    for (const bar of bars) {
      const sent = await send(europol, [bar]);
      expect(await handedTo(europol, sent)).toContain('interpol');
      await until('its answer', () =>
        europol.receipts.some((one) => one.delivery === sent.id && one.recipient === 'interpol'),
      );
    }
    const before = interpol.held.length;
    const notice = await send(europol, [await europol.issue({ number: Date.now() })]);
    await until('the other copy', () => afripol.held.some(({ frame }) => frame === notice.id));
    expect(interpol.held).toHaveLength(before);
    await suspend();
  });

  test('may withdraw its own notices; anything else in its frame is refused as `member-suspended`', async () => {
    const id = await publish(interpol, 2);
    await suspend('2020-01-01T00:00:00Z');
    const sent = await send(interpol, [
      await interpol.issue({ number: Date.now() }),
      await interpol.act({ id, verb: 'resume' }),
      await interpol.act({ id, ...WITHDRAW }),
    ]);
    const { refusals, acts } = await interpol.reportOn(sent);
    expect(refusals.map(({ index, code }) => [index, code])).toEqual([
      [0, 'member-suspended'],
      [1, 'member-suspended'],
    ]);
    expect(acts.map(({ to }) => to)).toEqual(['afripol', 'europol']);
    await until('the withdrawal', () => afripol.held.some(({ frame }) => frame === sent.id));
    expect(await interpol.ask({ type: 'preview' })).toMatchObject({
      type: 'error',
      code: 'organisation-suspended',
    });
    expect(await interpol.ask({ type: 'status', jtis: [] })).toMatchObject({ type: 'status' });
    await suspend();
  });
});
