import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { pull } from '../../../services/shared/bus/pull.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { deleteStream } from '../../support/streams/delete-stream.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { fillIn, quarantined } from '../../support/hub-reads.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

/** Longer than the router's interval between two looks at the quarantine. */
const LOOK_MS = 5_000;

describe('router: a stream that was deleted and created again', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  const statusOf = async (jti: string, recipient: string): Promise<string | undefined> => {
    const answer = await europol.ask({ type: 'status', jtis: [jti] });
    const [notice] = answer['notices'] as readonly {
      readonly recipients: Readonly<Record<string, string>>;
    }[];
    return notice?.recipients[recipient];
  };
  const send = async (): Promise<{ readonly sent: Sent; readonly jti: string }> => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    const [jti = ''] = (await europol.reportOn(sent)).notices.map((notice) => notice.jti);
    return { sent, jti };
  };
  const alarmed = (place: string): boolean =>
    hub.alarms.list().some((one) => one.alarm === 'stream-made-anew' && one.place === place);

  test('PARKED: its copies are no longer reported as parked, so that the outbox offers them again', async () => {
    const free = await fillIn(hub, 'interpol');
    const { sent, jti } = await send();
    await until('the copy to be parked', async () => (await statusOf(jti, 'interpol')) === 'parked');
    await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'PARKED_interpol');
    await hub.broker.restore();
    await until('the alarm', () => alarmed('PARKED'));
    await until('the status to change', async () => (await statusOf(jti, 'interpol')) === undefined);
    await europol.sendAgain(sent);
    await until('the copy to be parked again', async () => (await statusOf(jti, 'interpol')) === 'parked');
    await free();
    await until('the delivery', async () => (await statusOf(jti, 'interpol')) === 'delivered');
  });

  test('IN: its deliveries are no longer reported as delivered, and the directory is in it again', async () => {
    const { sent, jti } = await send();
    await until('the delivery', async () => (await statusOf(jti, 'afripol')) === 'delivered');
    const bus = await hub.broker.connect('gateway', 'afripol');
    while ((await pull(bus, sources.in, { max: 100 })).length > 0);
    await deleteStream(bus, 'IN.gw', 'IN');
    await hub.broker.restore();
    await until('the alarm', () => alarmed('IN'));
    await until('the status to change', async () => (await statusOf(jti, 'afripol')) === undefined);
    await until('the directory', async () => {
      const waiting = await pull(bus, sources.in, { max: 100 });
      for (const delivery of waiting) delivery.nak();
      return waiting.some(({ subject }) => subject === 'in.directory');
    });
    await europol.sendAgain(sent);
    const afripol = await hub.gateway('afripol');
    await afripol.listen({ receipts: true });
    await until('the delivery again', () => afripol.held.some(({ frame }) => frame === sent.id));
  });

  test('QUARANTINE: its entries are verified from the first one on', async () => {
    await europol.bus.js.publish(`out.submission.${'1'.repeat(64)}`, 'not a frame');
    await until('the entry', async () => (await quarantined(router.core)).length === 1);
    await delay(LOOK_MS);
    await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'QUARANTINE');
    await delay(LOOK_MS);
    await hub.broker.restore();
    await router.core.js.publish('quarantine.europol', 'not an entry');
    await until('the alarm', () => alarmed('QUARANTINE'));
    await until('the other alarm', () => hub.alarms.list().some(({ alarm }) => alarm === 'foreign-entry'));
  });

  test('CHECKPOINT: the gate opens with the next heartbeat', async () => {
    await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'CHECKPOINT');
    await hub.broker.restore();
    await until('the alarm', () => alarmed('CHECKPOINT'));
    await until('the gate to be open', () => router.reasons().length === 0);
  });
});
