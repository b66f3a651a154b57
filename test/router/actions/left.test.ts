import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliverOrPark } from '../../../services/router/frames/deliver-or-park.js';
import type { Bus } from '../../../services/shared/bus/connect.js';
import type { PublishOutcome } from '../../../services/shared/bus/publish.js';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { deleteStream } from '../../support/streams/delete-stream.js';
import { until } from '../../support/until.js';
import { send } from './alfa.js';

const INTERPOL = parseOrgId('interpol');

/** Signs that interpol has left. */
const signLeft = (hub: TestHub): Promise<void> =>
  hub.amend(({ organisations, ...source }) => {
    const { interpol } = organisations;
    if (interpol === undefined) throw new Error('no interpol');
    const left = { ...interpol, leavingAt: '2020-01-01T00:00:00Z', leftAt: '2020-01-02T00:00:00Z' };
    return { ...source, organisations: { ...organisations, interpol: left } };
  });

describe('router: a member that has left', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  /** The connections of the router into the account of interpol. */
  const given: Bus[] = [];
  const id = parseNoticeId(uuidv7());
  /** The frame of a notice that interpol has not read. */
  let unread: Sent;
  /** The same, with an action beside the notice. */
  let mixed: Sent;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start({
      connectAccount: async (org) => {
        const bus = await hub.broker.connect('router', org);
        if (org === INTERPOL) given.push(bus);
        return bus;
      },
    });
    await hub.open(router);
    europol = await hub.gateway('europol');
    const afripol = await hub.gateway('afripol');
    await Promise.all([europol.listen(), afripol.listen({ receipts: true })]);
    await send(europol, [await europol.issue({ id, number: Date.now() })]);
    unread = await send(europol, [await europol.issue({ number: Date.now() })]);
    const barredUntil = Math.floor(Date.now() / 1000) + 86_400;
    mixed = await send(europol, [
      await europol.issue({ number: Date.now() }),
      await europol.act({ id, verb: 'suspend', reason: 'under-review', until: barredUntil }),
    ]);
    await signLeft(hub);
    await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'PARKED_interpol');
  });
  afterAll(() => hub.close());

  /** Asks about frames, and returns the status of the first. Two equal questions within a second are one message: vary the others. */
  const unsettled = async (...asked: readonly Sent[]): Promise<unknown> => {
    const { frames } = await europol.ask({ type: 'unsettled', frames: asked.map((one) => one.id) });
    return (frames as readonly unknown[])[0];
  };

  test('loses its connection', async () => {
    await until('the end of the connection', () => given[0]?.isConnected() === false);
  });

  test('gets no withdrawal of what it holds: it is deferred and not asked for again, and later frames are delivered', async () => {
    const withdrawn = await send(europol, [
      await europol.act({ id, verb: 'withdraw', reason: 'issued-in-error' }),
    ]);
    const pair = { originator: 'europol', frame: withdrawn.id, recipient: 'interpol' };
    await until('what became of it', () => router.store.deliveries.statusOf(pair) === 'deferred');
    const next = await send(europol, [await europol.issue({ number: Date.now() })]);
    await until('a receipt', () => europol.receipts.some(({ delivery }) => delivery === next.id));
    expect(await unsettled(withdrawn)).toEqual({
      recorded: true,
      recipients: { interpol: 'deferred', afripol: 'receipted' },
      offer: [],
    });
  });

  test('does not get a notice that waits for it: the router asks for the frame again, and records the denial', async () => {
    expect(await unsettled(unread)).toMatchObject({ offer: ['interpol'] });
    await europol.sendAgain(unread);
    const { report } = await until('the narrowing', () =>
      europol.reports.find((one) => one.report.reason === 'narrowing' && one.report.frame === unread.id),
    );
    expect(report.decisions).toMatchObject([{ to: 'interpol', outcome: 'denied', because: 'suspended' }]);
    // Its originator, which asks because it has not got that report, gets it by offering the frame again.
    expect(await unsettled(unread, unread)).toMatchObject({ offer: ['interpol'] });
  });

  test('does not let a frame be asked for again because of an unanswered action beside a denied notice', async () => {
    expect(await unsettled(mixed)).toMatchObject({ offer: ['interpol'] });
    await europol.sendAgain(mixed);
    await until('the narrowing', () =>
      europol.reports.some(({ report }) => report.reason === 'narrowing' && report.frame === mixed.id),
    );
    expect(await unsettled(mixed, mixed)).toMatchObject({ offer: [] });
    // Rounds that could have opened another connection have passed.
    expect(given).toHaveLength(1);
  });
});

test('router: a delivery is deferred where the broker forbids parking it', async () => {
  await using hub = await startHub({ orgs: ['europol', 'interpol'] });
  const router = await hub.start();
  const address = {
    recipient: parseOrgId('afripol'),
    originator: parseOrgId('europol'),
    frame: (await (await hub.gateway('europol')).frame([])).id,
  };
  const { signal } = new AbortController();
  const deps = {
    core: router.core,
    signal,
    publishToInbox: async (): Promise<PublishOutcome> => 'unavailable',
    canPark: () => true,
  } as const;
  expect(await deliverOrPark(deps, address, new Uint8Array(1))).toEqual({ status: 'deferred', placed: null });
});
