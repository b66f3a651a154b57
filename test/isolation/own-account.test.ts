import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus } from '../../services/shared/bus/connect.js';
import { consumerState } from '../../services/shared/bus/consumer-state.js';
import { lastOn } from '../../services/shared/bus/direct-get.js';
import { publishLatest, publishOnce } from '../../services/shared/bus/publish.js';
import { sources } from '../../services/shared/bus/streams.js';
import { isCode } from '../../services/shared/kernel/errors.js';
import { type Broker, startBroker } from '../support/broker.js';
import { pullNext } from '../support/streams/pull-next.js';
import { directAttempts } from './attempts.js';
import { createWorld, differences, settled } from './world.js';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const world = await createWorld(broker);
  for (let round = 0; round < 3; round++) await world.talk();
});
afterAll(() => broker.close());

/** Acknowledges a real delivery and has the server confirm to `reply`. */
async function confirmTo(bus: Bus, next: string, reply: string): Promise<void> {
  const inbox = `_INBOX_${next.startsWith('IN.') ? 'gw' : 'auditor'}.own`;
  const delivered = new Promise<string>((resolve) => {
    bus.nc.subscribe(`${inbox}.>`, {
      max: 1,
      callback: (error, message) => {
        if (error === null) resolve(message.reply ?? '');
      },
    });
  });
  bus.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${next}`, '1', { reply: `${inbox}.x` });
  bus.nc.publish(await delivered, '+ACK', { reply });
  await bus.nc.flush();
}

const FORBIDDEN = [
  {
    role: 'gateway',
    where: 'europol',
    permitted: /^out\.|^\$JS\.(API\.CONSUMER\.(INFO|MSG\.NEXT)|ACK)\.IN\.gw/,
  },
  {
    role: 'router',
    where: 'europol',
    permitted:
      /^in\.|^\$JS\.(API\.CONSUMER\.(INFO|MSG\.NEXT)|ACK)\.OUT\.(router|queries)|^\$JS\.API\.(CONSUMER\.INFO\.IN\.gw|STREAM\.MSG\.DELETE\.IN)$/,
  },
  {
    role: 'auditor',
    where: 'CORE',
    permitted:
      /^checkpoint$|^\$JS\.(API\.CONSUMER\.(INFO|MSG\.NEXT)|ACK)\.LEDGER\.auditor|^\$JS\.API\.DIRECT\.GET\.LEDGER$/,
  },
  {
    role: 'router',
    where: 'CORE',
    permitted:
      /^(ledger|parked|quarantine)\.|^\$JS\.(API\.CONSUMER\.(INFO|MSG\.NEXT)|ACK)\.(LEDGER\.router-1|PARKED_\w+\.router)|MSG\.DELETE\.(PARKED_\w+|QUARANTINE)$|DIRECT/,
  },
  { role: 'operator', where: 'COMMAND', permitted: /^command\./ },
  { role: 'console', where: 'COMMAND', permitted: /^command\./ },
] as const;

describe('isolation: a role within its own account', () => {
  test.each(FORBIDDEN)(
    '$role in $where changes nothing beyond its permissions',
    async ({ role, where, permitted }) => {
      const bus = await broker.connect(role, where);
      const attempts = [...directAttempts('europol'), ...directAttempts('afripol')].filter(
        ({ subject }) => !permitted.test(subject),
      );
      expect(attempts.length).toBeGreaterThan(150);
      const before = await settled(broker);
      for (const { subject, payload } of attempts) bus.nc.publish(subject, payload);
      await bus.nc.flush();
      expect(differences(before, await settled(broker))).toEqual([]);
      await bus.close();
    },
  );
});

describe('isolation: the server obeys its own answers', () => {
  test('no role can purge a stream by naming the purge as a reply, not even its own stream', async () => {
    const gateway = await broker.connect('gateway', 'europol');
    const operator = await broker.connect('operator');
    const auditor = await broker.connect('auditor');
    const messages = async (): Promise<readonly (number | undefined)[]> =>
      Promise.all([
        broker.count('europol', 'IN'),
        broker.count('COMMAND', 'COMMAND'),
        broker.count('CORE', 'PARKED_europol'),
        broker.count('CORE', 'QUARANTINE'),
      ]);
    const before = await messages();
    gateway.nc.publish(`out.submission.${'1'.repeat(64)}`, 'x', { reply: '$JS.API.STREAM.PURGE.IN' });
    gateway.nc.publish(`out.submission.${'2'.repeat(64)}`, 'x', { reply: '$JS.API.STREAM.PURGE.OUT' });
    operator.nc.publish('command.cancel', 'x', { reply: '$JS.API.STREAM.PURGE.COMMAND' });
    operator.nc.publish('command.cancel', 'x', { reply: '$JS.API.STREAM.MSG.DELETE.COMMAND' });
    operator.nc.publish('command.cancel', 'x', { reply: '$JS.API.STREAM.DELETE.COMMAND' });
    auditor.nc.publish('checkpoint', 'x', { reply: '$JS.API.STREAM.PURGE.PARKED_europol' });
    auditor.nc.publish('checkpoint', 'x', { reply: '$JS.API.STREAM.PURGE.QUARANTINE' });
    await Promise.all([gateway, operator, auditor].map((bus) => bus.nc.flush()));
    await settled(broker);
    const [inbox, commands, parked, quarantined] = before;
    expect(await messages()).toEqual([inbox, (commands ?? 0) + 3, parked, quarantined]);
  });

  test('stated exception: the server writes into the ledger in the auditor’s place, but nothing that a router signed', async () => {
    const auditor = await broker.connect('auditor');
    const core = await broker.connect('router');
    const before = await broker.count('CORE', 'LEDGER');
    auditor.nc.publish('checkpoint', 'not a record', { reply: 'ledger.europol' });
    await auditor.nc.flush();
    await settled(broker);
    expect(await broker.count('CORE', 'LEDGER')).toBe((before ?? 0) + 1);
    const forged = await lastOn(core, { stream: 'LEDGER', subject: 'ledger.europol' });
    // The server's acknowledgement has no signature, so router and auditor skip it with an alarm.
    expect(Object.keys(JSON.parse(Buffer.from(forged?.bytes ?? []).toString()) as object).toSorted()).toEqual(
      ['seq', 'stream'],
    );
  });

  test('stated exception: the server can copy a record to PARKED in the auditor’s place, and nothing else', async () => {
    const auditor = await broker.connect('auditor');
    const core = await broker.connect('router');
    const record = await lastOn(core, { stream: 'LEDGER', subject: 'ledger.afripol' });
    const reply = `parked.afripol.europol.${'7'.repeat(64)}`;
    auditor.nc.publish('$JS.API.DIRECT.GET.LEDGER', JSON.stringify({ seq: record?.seq }), { reply });
    await auditor.nc.flush();
    await settled(broker);
    const parked = await pullNext(core, sources.parked(broker.orgs[1] ?? broker.orgs[0]!));
    await parked.settle();
  });

  test('stated exception: the auditor can delete a stream of its account, which raises the alarms of a lost disk', async () => {
    const auditor = await broker.connect('auditor');
    const core = await broker.connect('router');
    await confirmTo(auditor, 'LEDGER.auditor', '$JS.API.STREAM.DELETE.LEDGER');
    await settled(broker);
    const thrown = await consumerState(core, sources.ledgerRouter()).catch((error: unknown) => error);
    expect(isCode(thrown, 'stream-missing')).toBe(true);
    expect(await broker.provision()).toEqual([]);
    expect(await broker.provision({ afterLoss: true })).toContain('CORE/LEDGER');
    expect((await consumerState(core, sources.ledgerRouter())).pending).toBe(0);
  });

  test('an organisation that deletes its own streams harms only itself, and is told apart from the others', async () => {
    const gateway = await broker.connect('gateway', 'europol');
    const [own, other] = await Promise.all(
      ['europol', 'afripol'].map((org) => broker.connect('router', org)),
    );
    await publishLatest(own!, { subject: 'in.checkpoint', bytes: Buffer.from('x') });
    await confirmTo(gateway, 'IN.gw', '$JS.API.STREAM.DELETE.OUT');
    await settled(broker);
    const thrown = await consumerState(own!, sources.out).catch((error: unknown) => error);
    expect(isCode(thrown, 'stream-missing')).toBe(true);
    expect((await consumerState(other!, sources.out)).pending).toBeGreaterThan(0);
    const neighbour = await broker.connect('gateway', 'afripol');
    const bytes = Buffer.from('x');
    expect(await publishOnce(neighbour, { subject: `out.submission.${'3'.repeat(64)}`, bytes })).toBe(
      'stored',
    );
    expect(await publishLatest(other!, { subject: 'in.directory', bytes })).toBe('stored');
  });
});
