import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import type { ActionContent } from '../../../services/shared/ledger/action.js';
import { deleteStream } from '../../support/streams/delete-stream.js';
import { fillIn } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { send as sendFrom } from './alfa.js';
import { type TwoOperators, twoOperators } from './recall-by-two.js';

const WITHDRAW = { verb: 'withdraw', reason: 'issued-in-error' } as const;

describe('router: what a recipient owes an answer to', () => {
  let hub: TestHub;
  let router: TestRouter;
  let operators: TwoOperators;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol', 'afripol', 'ameripol', 'gccpol'] });
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await europol.listen();
    operators = await twoOperators(hub);
  });
  afterAll(() => hub.close());

  const send = (items: Parameters<PlayedGateway['frame']>[0]): Promise<Sent> => sendFrom(europol, items);
  const publish = async (header: object = { addressees: ['interpol'] }) => {
    const id = parseNoticeId(uuidv7());
    return { id, sent: await send([await europol.issue({ id, number: Date.now(), header })]) };
  };
  const act = async (content: Omit<ActionContent, 'number'>) => send([await europol.act(content)]);
  const owed = (recipient: string) => router.store.actions.owed(recipient, { after: 0, limit: 10 });
  const parked = () => hub.broker.count('CORE', 'PARKED_interpol');
  const arrivals = () =>
    interpol.held.flatMap(({ actions, notices }) => [
      ...actions.map(({ verb, id }) => `${verb} ${id}`),
      ...notices.map(({ id }) => `notice ${id}`),
    ]);

  test('is handed over before everything that is parked, and the notice that it ends never leaves', async () => {
    const free = await fillIn(hub, 'interpol');
    const [ended, recalled, kept] = [await publish(), await publish(), await publish()];
    await act({ id: ended.id, ...WITHDRAW });
    await operators.recall(recalled.id);
    await until('all but the recall to be parked', async () => (await parked()) === 4);
    await free();
    await interpol.listen({ receipts: true });
    await until('the notice that stays', () => arrivals().includes(`notice ${kept.id}`));
    expect(arrivals()).toEqual([`withdraw ${ended.id}`, `notice ${kept.id}`]);
    expect(interpol.recalls.map(({ id }) => id)).toEqual([recalled.id]);
    await until('PARKED to be empty', async () => (await parked()) === 0);
    expect(arrivals()).toHaveLength(2);
    const narrowing = await until('the narrowing', () =>
      europol.reports.find(({ report }) => report.reason === 'narrowing' && report.frame === ended.sent.id),
    );
    expect(narrowing.report.decisions).toMatchObject([
      { to: 'interpol', outcome: 'denied', because: 'ended' },
    ]);
  });

  test('comes within seconds of its return although PARKED was lost and the originator offers nothing', async () => {
    const afripol = await hub.gateway('afripol');
    const { id } = await publish({ addressees: ['afripol'] });
    const free = await fillIn(hub, 'afripol');
    const sent = await act({ id, ...WITHDRAW });
    await until(
      'the copy to be parked',
      async () => (await hub.broker.count('CORE', 'PARKED_afripol')) === 1,
    );
    expect(owed('afripol')).toMatchObject([{ frame: sent.id }]);
    await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'PARKED_afripol');
    await free();
    const pair = { originator: 'europol', frame: sent.id, recipient: 'afripol' };
    await until('the withdrawal', () => router.store.deliveries.statusOf(pair) === 'delivered');
    await afripol.listen({ receipts: true });
    await until('the answer', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    await until('nothing to be owed', () => owed('afripol').length === 0);
    expect(afripol.held.filter(({ frame }) => frame === sent.id)).toHaveLength(1);
  });

  test('comes with all other unanswered actions of its frame: the frame then counts as in IN', async () => {
    const [ended, extended] = [
      await publish({ addressees: ['gccpol'] }),
      await publish({ addressees: ['gccpol'] }),
    ];
    const free = await fillIn(hub, 'gccpol');
    const expiresAt = Math.floor(hub.clock().getTime() / 1000) + 400 * 86_400;
    const sent = await send([
      await europol.act({ id: ended.id, ...WITHDRAW }),
      await europol.act({ id: extended.id, verb: 'extend', reason: 'still-needed', expiresAt }),
    ]);
    await until('the copy to be parked', async () => (await hub.broker.count('CORE', 'PARKED_gccpol')) === 1);
    await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'PARKED_gccpol');
    await free();
    const gccpol = await hub.gateway('gccpol');
    await gccpol.listen({ receipts: true });
    await until('the answer', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    const [handed] = gccpol.held.filter(({ frame }) => frame === sent.id);
    expect(handed?.actions.map(({ verb }) => verb).toSorted()).toEqual(['extend', 'withdraw']);
  });

  test('is handed over again once its delivery counts as lost', async () => {
    const { id } = await publish({ addressees: ['ameripol'] });
    const sent = await act({ id, ...WITHDRAW });
    const pair = { originator: 'europol', frame: sent.id, recipient: 'ameripol' };
    await until('the delivery', () => router.store.deliveries.statusOf(pair) === 'delivered');
    await router.store.commit(() => router.store.deliveries.resetFor('ameripol', 'delivered'));
    await until('another delivery', () => router.store.deliveries.statusOf(pair) === 'delivered');
    expect(owed('ameripol')).toHaveLength(1);
  });

  test('is handed over although hundreds of earlier ends cannot be handed over at present', async () => {
    const about = { originator: 'europol', exp: Date.now(), number: 1, verb: 'withdraw' };
    await router.store.commit(() => {
      for (let at = 0; at < 600; at += 1) {
        const action = {
          ...about,
          digest: `unreadable ${at}`,
          id: `id ${at}`,
          frame: `${at}`.padStart(64, '0'),
        };
        router.store.actions.add({ ...action, at, extendsTo: null, bytes: Buffer.of() });
        const act = { ...about, action: action.digest, frame: action.frame };
        router.store.actions.addAct({ ...act, recipient: 'ameripol', isEnding: true });
      }
    });
    const { id } = await publish({ addressees: ['ameripol'] });
    const sent = await act({ id, ...WITHDRAW });
    const pair = { originator: 'europol', frame: sent.id, recipient: 'ameripol' };
    await until('the delivery', () => router.store.deliveries.statusOf(pair) === 'delivered');
    await router.store.commit(() => router.store.deliveries.resetFor('ameripol', 'delivered'));
    await until('another delivery', () => router.store.deliveries.statusOf(pair) === 'delivered');
  });
});
