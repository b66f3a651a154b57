import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrokerLink } from '../../services/gateway/link.js';
import type { Bus } from '../../services/shared/bus/connect.js';
import { type Code, fail } from '../../services/shared/kernel/errors.js';
import { type Broker, startBroker } from '../support/broker.js';

let broker: Broker;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
});
afterAll(() => broker?.close());

test('gateway connection: its end does not wait for a broker that does not answer, and closes what is opened later', async () => {
  const seen: string[] = [];
  let answer: (bus: Bus) => void = () => undefined;
  const link = openBrokerLink({
    connect: () => new Promise((resolve) => (answer = resolve)),
    onEvent: ({ message }) => void seen.push(message),
    onUp: () => void seen.push('up'),
  });
  await link.close();
  const bus = await broker.connect('gateway', 'europol');
  answer(bus);
  expect(await bus.closed).toBeUndefined();
  expect(seen).toEqual([]);
  expect(link.isUp()).toBe(false);
});

test('gateway connection: a broker that refuses the nkey is told from one that is not reached, until it connects', async () => {
  let failure = 'unauthorised' as Code;
  let connects = false;
  const link = openBrokerLink({
    connect: async () => {
      if (connects) return broker.connect('gateway', 'europol');
      throw fail(failure, 'refused');
    },
    onEvent: () => undefined,
    onUp: () => undefined,
  });
  await expect.poll(link.fault).toBe('unauthorised');
  failure = 'unreachable';
  await expect.poll(link.fault, { timeout: 3_000 }).toBe('unreachable');
  failure = 'unauthorised';
  await expect.poll(link.fault, { timeout: 3_000 }).toBe('unauthorised');
  connects = true;
  await expect.poll(link.isUp, { timeout: 3_000 }).toBe(true);
  expect(link.fault()).toBe('unreachable');
  await link.close();
});
