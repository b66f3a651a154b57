import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus, ConnectionEvent } from '../../services/shared/bus/connect.js';
import { consume } from '../../services/shared/bus/consume.js';
import { consumerState } from '../../services/shared/bus/consumer-state.js';
import { eraseMessage, nextOn } from '../../services/shared/bus/direct-get.js';
import { publishLatest } from '../../services/shared/bus/publish.js';
import { sources } from '../../services/shared/bus/streams.js';
import type { Role } from '../../services/shared/bus/accounts.js';
import { type Broker, startBroker } from '../support/broker.js';
import { until } from '../support/until.js';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'interpol'] });
});
afterAll(() => broker.close());

/** A connection, and the permission errors that the server sent it. */
async function connect(
  role: Role,
  where?: string,
): Promise<{ readonly bus: Bus; readonly denied: string[] }> {
  const denied: string[] = [];
  const tell = ({ type, message }: ConnectionEvent): void => void (type === 'denied' && denied.push(message));
  return { bus: await broker.connect(role, where, tell), denied };
}

const bytes = Buffer.from('a command');

describe('isolation: the permissions for commands and quarantine on a real server', () => {
  test.each(['operator', 'console'] as const)(
    'let the %s publish an acknowledged command, and the router consume it',
    async (role) => {
      const [sender, router] = await Promise.all([connect(role, 'COMMAND'), connect('router', 'COMMAND')]);
      expect(await publishLatest(sender.bus, { subject: 'command.replay', bytes })).toBe('stored');
      const taken: string[] = [];
      const consumption = await consume(router.bus, sources.command, {
        handle: async (delivery) => {
          delivery.working();
          taken.push(delivery.subject);
          expect(await delivery.settle()).toBe(true);
        },
        onError: () => undefined,
      });
      await until('the command', () => taken.length === 1);
      await until('its end', async () => (await broker.count('COMMAND', 'COMMAND')) === 0);
      expect((await consumerState(router.bus, sources.command)).ackPending).toBe(0);
      await consumption.stop();
      expect([sender.denied, router.denied]).toEqual([[], []]);
    },
  );

  test('let the router store, read and erase quarantine entries', async () => {
    const { bus, denied } = await connect('router');
    expect(await publishLatest(bus, { subject: 'quarantine.europol', bytes })).toBe('stored');
    const ring = { stream: 'QUARANTINE', subject: 'quarantine.europol', from: 1 };
    const stored = await nextOn(bus, ring);
    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe('a command');
    expect(await eraseMessage(bus, { stream: 'QUARANTINE', seq: stored?.seq ?? 0 })).toBe(true);
    expect(await nextOn(bus, ring)).toBeUndefined();
    expect(denied).toEqual([]);
  });

  test.each([
    ['tail', undefined],
    ['tail', 'europol'],
    ['console', 'WATCH'],
    ['router', 'WATCH'],
    ['router', 'COMMAND'],
    ['router', 'CORE'],
    ['auditor', 'CORE'],
    ['gateway', 'europol'],
  ] as const)('let the %s of %s publish no command', async (role, where) => {
    const { bus, denied } = await connect(role, where);
    for (const verb of ['replay', 'discard', 'dry-run']) bus.nc.publish(`command.${verb}`, bytes);
    await bus.nc.flush();
    await until('three refusals', () => denied.length === 3);
    expect(await broker.count('COMMAND', 'COMMAND')).toBe(0);
  });

  test.each(['operator', 'console'] as const)(
    'let the %s consume, read or erase no command',
    async (role) => {
      const operator = await connect('operator');
      await publishLatest(operator.bus, { subject: 'command.discard', bytes });
      const { bus, denied } = await connect(role, 'COMMAND');
      const asks = [
        '$JS.API.CONSUMER.MSG.NEXT.COMMAND.router',
        '$JS.API.CONSUMER.INFO.COMMAND.router',
        '$JS.API.STREAM.MSG.GET.COMMAND',
        '$JS.API.STREAM.MSG.DELETE.COMMAND',
        '$JS.API.STREAM.PURGE.COMMAND',
        '$JS.API.DIRECT.GET.COMMAND',
      ];
      for (const subject of asks) bus.nc.publish(subject, Buffer.from('{}'), { reply: `_INBOX_${role}.x` });
      await bus.nc.flush();
      await until('every refusal', () => denied.length === asks.length);
      const router = await connect('router', 'COMMAND');
      expect((await consumerState(router.bus, sources.command)).pending).toBeGreaterThan(0);
    },
  );

  test('let the auditor neither read nor write the quarantine', async () => {
    const { bus, denied } = await connect('auditor');
    bus.nc.publish('quarantine.europol', bytes);
    bus.nc.publish('$JS.API.DIRECT.GET.QUARANTINE', Buffer.from('{"seq":1}'), { reply: '_INBOX_auditor.x' });
    await bus.nc.flush();
    await until('both refusals', () => denied.length === 2);
    expect(await broker.count('CORE', 'QUARANTINE')).toBe(0);
  });
});
