import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrokerLink } from '../../services/gateway/link.js';
import type { Bus } from '../../services/shared/bus/connect.js';
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
