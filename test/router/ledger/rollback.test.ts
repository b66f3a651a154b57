import { describe, expect, test } from 'vitest';
import { createRollbackCheck } from '../../../services/router/ledger/rollback.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { startBroker } from '../../support/broker.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const [europol, interpol] = [parseOrgId('europol'), parseOrgId('interpol')];

const damaged = ({ reasons }: TestRouter): Promise<true> =>
  until('the damage to be seen', () => reasons().some(({ code }) => code === 'ledger-damaged'));

const alarms = ({ events }: TestHub): number =>
  events.filter(({ event, code }) => event === 'alarm' && code === 'ledger-damaged').length;

async function settle(hub: TestHub, gateway: PlayedGateway, frames: number): Promise<void> {
  for (let count = 0; count < frames; count += 1) {
    const sent = await gateway.frame([await gateway.issue()]);
    await gateway.send(sent);
    await gateway.reportOn(sent);
  }
  await until('the auditor', async () => (await hub.broker.count(gateway.org, 'OUT')) === 0);
}

/** A router whose gate is open, and a listening gateway. */
async function begin(hub: TestHub): Promise<{ readonly first: TestRouter; readonly gateway: PlayedGateway }> {
  const first = await hub.start();
  await hub.open(first);
  const gateway = await hub.gateway('europol');
  await gateway.listen();
  return { first, gateway };
}

/** Sends one frame before the disk is copied and two after, then restores the copy. */
async function rollback(hub: TestHub, gateway: PlayedGateway): Promise<void> {
  await settle(hub, gateway, 1);
  await hub.broker.stop();
  const restore = hub.broker.copyData();
  await hub.broker.start();
  await settle(hub, gateway, 2);
  await until('the auditor', async () => (await hub.auditor.records()).length === 3);
  await hub.broker.stop();
  restore();
}

describe('router: a broker restored from an older copy of its disk', () => {
  test('closes the gate with one alarm, also after a restart, until the broker is created again', async () => {
    await using hub = await startHub();
    const { first, gateway } = await begin(hub);
    await rollback(hub, gateway);
    await hub.broker.start();
    await damaged(first);
    expect(first.reasons().map(({ message }) => message)).toContainEqual(
      expect.stringContaining('--after-loss'),
    );
    await until('the alarm', () => alarms(hub) > 0);
    await first.stop();
    const second = await hub.start();
    await damaged(second);
    await hub.broker.stop();
    hub.broker.eraseData();
    await hub.broker.start();
    await hub.broker.provision({ afterLoss: true });
    await hub.open(second);
    await settle(hub, gateway, 1);
    await until('the auditor', async () => (await hub.auditor.records()).length === 4);
  });

  test('is detected even when others wrote to it since', { tags: ['long'] }, async () => {
    await using hub = await startHub();
    const { first, gateway } = await begin(hub);
    await rollback(hub, gateway);
    await first.stop();
    await hub.auditor.stop();
    await hub.broker.start();
    const core = await hub.broker.connect('router', 'CORE');
    const message = { subject: subjects.ledger(interpol), bytes: Buffer.from('another') };
    for (let count = 0; count < 5; count += 1) await publishLatest(core, message);
    await hub.auditor.start();
    await damaged(await hub.start());
  });
});

describe('router: a stream that ends before what was read from it', () => {
  test('counts as damaged only when it stays so', async () => {
    await using broker = await startBroker({ orgs: ['europol', 'interpol'] });
    const core = await broker.connect('router', 'CORE');
    const { look } = createRollbackCheck({ core, ledger: () => ({ lastSeq: () => 0 }) });
    const place = { epoch: 'e', seq: 1 };
    // A replica that lags for a moment does not close the gate.
    for (let looks = 0; looks < 2; looks += 1) await look(place);
    for (let looks = 0; looks < 10; looks += 1) {
      await expect(look(place)).rejects.toMatchObject({ code: 'not-ready' });
    }
    await publishLatest(core, { subject: subjects.ledger(europol), bytes: Buffer.from('late') });
    await expect(look({ epoch: 'e', seq: 2 })).resolves.toBeUndefined();
    await until('the damage', () =>
      look({ epoch: 'e', seq: 2 }).catch(({ code }) => code === 'ledger-damaged'),
    );
    await expect(look({ epoch: 'another', seq: 1 })).resolves.toBeUndefined();
  });
});
