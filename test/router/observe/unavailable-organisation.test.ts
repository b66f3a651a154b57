import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HUB_ACCOUNTS } from '../../../services/shared/bus/accounts.js';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

/** Removes one stream of one organisation, as an operator's mistake or a broken disk would. */
async function loseStream({ broker }: TestHub, account: string, stream: string): Promise<void> {
  await broker.stop();
  rmSync(join(broker.home.nats('data'), 'jetstream', account, 'streams', stream), { recursive: true });
  await broker.start();
}

const alarms = (hub: TestHub): readonly string[] =>
  hub.events.filter(({ event }) => event === 'alarm').map((alarm) => `${alarm['what']} ${alarm['code']}`);

const receiptsOf = ({ receipts }: PlayedGateway, { id }: Sent): readonly string[] =>
  receipts.filter(({ delivery }) => delivery === id).map(({ recipient }) => recipient);

describe.each(['IN', 'OUT'])('router: an organisation without its %s stream', (stream) => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    europol = await hub.gateway('europol');
    const afripol = await hub.gateway('afripol');
    await Promise.all([europol.listen(), afripol.listen({ receipts: true })]);
    await loseStream(hub, 'interpol', stream);
  });
  afterAll(() => hub.close());

  test('delays no other organisation, leaves the gate open, and raises an alarm', async () => {
    await hub.open(router);
    for (let turn = 0; turn < 3; turn += 1) {
      const sent = await europol.frame([await europol.issue()]);
      await europol.send(sent);
      expect((await europol.reportOn(sent)).decisions).toHaveLength(2);
      await until('a receipt', () => receiptsOf(europol, sent).includes('afripol'));
    }
    const [what, code] =
      stream === 'IN' ? ['inbox-away', 'timed-out'] : ['organisation-not-pulled', 'stream-missing'];
    await until('the alarm', () => alarms(hub).includes(`${what} ${code}`));
    // Heartbeats are still read: otherwise the gate would be closed with `auditor-silent` now.
    hub.clock.move(61_000);
    await until('a newer heartbeat', () => router.reasons().length === 0);
  });
});

describe('router: an organisation whose account does not know the key of the router', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  const given: Bus[] = [];
  let isKnown = false;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start({
      connectAccount: async (org) => {
        if (org !== 'interpol') return hub.broker.connect('router', org);
        if (!isKnown) throw fail('unauthorised', 'the broker does not know this key');
        const bus = await hub.broker.connect('router', org);
        given.push(bus);
        return bus;
      },
    });
    await hub.open(router);
    europol = await hub.gateway('europol');
    const [afripol, interpol] = [await hub.gateway('afripol'), await hub.gateway('interpol')];
    const answering = { receipts: true };
    await Promise.all([europol.listen(), afripol.listen(answering), interpol.listen(answering)]);
  });
  afterAll(() => hub.close());

  const send = async (): Promise<Sent> => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await europol.reportOn(sent);
    return sent;
  };

  test('does not keep the router from starting, and gets its messages once the key is known', async () => {
    const sent = await send();
    await until('a receipt', () => receiptsOf(europol, sent).includes('afripol'));
    await until('the alarm', () => alarms(hub).includes('organisation-not-pulled unauthorised'));
    isKnown = true;
    await until('the other receipt', () => receiptsOf(europol, sent).includes('interpol'));
  });

  test('is connected to again after its connection was closed', async () => {
    await given[0]?.close();
    const sent = await send();
    await until('both receipts', () => receiptsOf(europol, sent).length === 2);
    expect(given).toHaveLength(2);
    expect(router.reasons()).toEqual([]);
  });
});

test('router: a member without an account and without streams delays no originator', async () => {
  await using hub = await startHub();
  await loseStream(hub, HUB_ACCOUNTS.core, 'PARKED_interpol');
  const router = await hub.start({
    connectAccount: async (org) => (org === 'interpol' ? undefined : hub.broker.connect('router', org)),
  });
  await hub.open(router);
  const europol = await hub.gateway('europol');
  await europol.listen();
  const sent = await europol.frame([await europol.issue()]);
  await europol.send(sent);
  expect((await europol.reportOn(sent)).decisions).toHaveLength(2);
  expect(alarms(hub)).toEqual([]);
});

test('router: a removed stream of a member that has left raises no alarm', async () => {
  await using hub = await startHub();
  const router = await hub.start();
  await hub.open(router);
  await hub.amend(({ organisations, ...source }) => {
    const { interpol } = organisations;
    if (interpol === undefined) throw new Error('no interpol');
    const left = { ...interpol, leavingAt: '2020-01-01T00:00:00Z', leftAt: '2020-01-02T00:00:00Z' };
    return { ...source, organisations: { ...organisations, interpol: left } };
  });
  for (const org of ['interpol', 'afripol']) await loseStream(hub, HUB_ACCOUNTS.core, `PARKED_${org}`);
  const missing = () => hub.events.filter(({ code }) => code === 'stream-missing');
  await until('the alarm about the other member', () => missing().length > 0);
  expect(missing().map(({ originator }) => originator)).toEqual(['afripol']);
});
