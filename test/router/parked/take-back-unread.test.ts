import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eraseMessage } from '../../../services/shared/bus/direct-get.js';
import { v7 as uuidv7 } from 'uuid';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { frameId } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { pullUpTo } from '../../support/streams/pull-up-to.js';
import { until } from '../../support/until.js';
import { send, suspendInterpol, suspendMember } from '../actions/alfa.js';

const DAY_S = 86_400;
/** More than are taken back in one round. */
const LATER = 5_000;
const WITHDRAW = { verb: 'withdraw', reason: 'issued-in-error' } as const;

describe('router: the IN of a member that is suspended', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol', 'afripol'] });
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await europol.listen({ receipts: true });
  });
  afterAll(() => hub.close());

  const statusOf = ({ id: frame }: Sent, recipient = 'interpol') =>
    router.store.deliveries.statusOf({ originator: 'europol', frame, recipient });
  const narrowingsOn = ({ id }: Sent) =>
    europol.reports.filter(({ report }) => report.reason === 'narrowing' && report.frame === id);
  const publish = async (id = parseNoticeId(uuidv7()), addressees = ['interpol']): Promise<Sent> => {
    const sent = await send(europol, [
      await europol.issue({ id, number: Date.now(), header: { addressees } }),
    ]);
    await until('the delivery', () => statusOf(sent) === 'delivered');
    return sent;
  };
  test('loses what its gateway has not pulled, which is recorded and reported; what it has pulled is not counted as gone', async () => {
    const pulled = await publish();
    const { seq } = await pullUpTo(interpol.bus, pulled.id);
    const unread = [await publish(), await publish(), await publish()];
    await suspendInterpol(hub, '2020-01-01T00:00:00Z');
    const since = performance.now();
    for (const sent of unread) {
      const { report } = (await until('the narrowing', () => narrowingsOn(sent)[0])) ?? {};
      expect(report?.decisions).toMatchObject([{ to: 'interpol', outcome: 'denied', because: 'suspended' }]);
      expect(statusOf(sent)).toBe('recorded');
    }
    // A round begins each second; a busy machine takes longer for what is in it.
    expect(performance.now() - since).toBeLessThan(30_000);
    expect([narrowingsOn(pulled), statusOf(pulled)]).toEqual([[], 'delivered']);
    // Its gateway does not get it again either.
    expect(await eraseMessage(await hub.broker.connect('router', 'interpol'), { stream: 'IN', seq })).toBe(
      false,
    );
    await suspendInterpol(hub);
  });

  test('loses an unread notice also below thousands of later deliveries without one', async () => {
    const unread = await publish();
    const { placed } = router.store.deliveries.of('europol', unread.id)[0] ?? {};
    await router.store.commit(() => {
      for (let later = 1; later <= LATER; later += 1) {
        const frame = frameId('submission', 'europol', Buffer.from(String(later)));
        const delivery = { originator: 'europol', frame, recipient: 'interpol' };
        router.store.deliveries.allow(delivery, 4_000_000_000);
        router.store.deliveries.note(delivery, { status: 'delivered', placed: Number(placed) + later });
      }
    });
    await suspendInterpol(hub, '2020-01-01T00:00:00Z');
    await until('the narrowing', () => narrowingsOn(unread)[0]);
    expect(statusOf(unread)).toBe('recorded');
    await suspendInterpol(hub);
  });

  test('loses what its gateway has not pulled also where another suspended member has lost the same notice', async () => {
    const both = await publish(undefined, ['afripol', 'interpol']);
    await until('the other delivery', () => statusOf(both, 'afripol') === 'delivered');
    for (const org of ['afripol', 'interpol']) {
      await suspendMember(hub, org, '2020-01-01T00:00:00Z');
      await until(`the narrowing about ${org}`, () =>
        narrowingsOn(both).some(({ report }) => report.decisions.some(({ to }) => to === org)),
      );
      expect(statusOf(both, org)).toBe('recorded');
    }
    for (const org of ['afripol', 'interpol']) await suspendMember(hub, org);
  });

  test('loses an extension of the frame of a withdrawal, which is then in its IN once, and stays there', async () => {
    const ids = [parseNoticeId(uuidv7()), parseNoticeId(uuidv7())] as const;
    for (const id of ids) await (await pullUpTo(interpol.bus, (await publish(id)).id)).ackAck();
    const expiresAt = Math.floor(Date.now() / 1000) + 300 * DAY_S;
    const sent = await send(europol, [
      await europol.act({ id: ids[0], ...WITHDRAW }),
      await europol.act({ id: ids[1], verb: 'extend', reason: 'still-needed', expiresAt }),
    ]);
    const placed = (): number => Number(router.store.deliveries.of('europol', sent.id)[0]?.placed);
    const first = await until('the delivery', placed);
    await suspendInterpol(hub, '2020-01-01T00:00:00Z');
    const second = await until('the withdrawal alone', () => placed() > first && placed());
    // Several rounds, each of which would take back what it may.
    await delay(4_000);
    expect(placed()).toBe(second);
    const alone = await pullUpTo(interpol.bus, sent.id);
    expect(frames.delivery.decode(alone.data).items).toHaveLength(1);
    await alone.ackAck();
    await suspendInterpol(hub);
    await europol.sendAgain(sent);
    await until('the extension, as neither was answered', () => placed() > second);
    const both = await pullUpTo(interpol.bus, sent.id);
    expect(frames.delivery.decode(both.data).items).toHaveLength(2);
    await both.ackAck();
  });

  test('gets the withdrawal of a notice that it holds, and its answer comes back; no notice reaches it', async () => {
    const id = parseNoticeId(uuidv7());
    const held = await publish(id);
    await (await pullUpTo(interpol.bus, held.id)).ackAck();
    const unread = await publish();
    const withdrawn = await send(europol, [await europol.act({ id, ...WITHDRAW })]);
    await suspendInterpol(hub, '2020-01-01T00:00:00Z');
    await until('the narrowing', () => narrowingsOn(unread)[0]);
    await interpol.listen({ receipts: true });
    const answer = await until('the answer', () =>
      europol.receipts.find(({ delivery }) => delivery === withdrawn.id),
    );
    expect(answer?.actions).toMatchObject([{ id, type: 'destroyed' }]);
    expect(interpol.held.map(({ frame }) => frame)).not.toContain(unread.id);
  });
});
