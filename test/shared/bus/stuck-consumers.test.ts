import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckFinding } from '../../../services/cli/doctor/check.js';
import { federationChecks } from '../../../services/cli/doctor/federation-checks.js';
import { findStuckConsumers } from '../../../services/shared/bus/stuck-consumers.js';
import { consume } from '../../../services/shared/bus/consume.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { type Source, sources } from '../../../services/shared/bus/streams.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';

/** The role that publishes to a work queue, and the one that consumes it. */
interface Pair {
  readonly account: string;
  readonly from: 'router' | 'gateway';
  readonly to: 'router' | 'gateway';
  readonly source: Source;
  readonly subject: (n: number) => string;
}

const IN: Pair = {
  account: 'europol',
  from: 'router',
  to: 'gateway',
  source: sources.in,
  subject: (n) => `in.test.${n}`,
};
const OUT: Pair = {
  account: 'europol',
  from: 'gateway',
  to: 'router',
  source: sources.out,
  subject: (n) => `out.receipt.${n}`,
};
const PARKED: Pair = {
  account: 'CORE',
  from: 'router',
  to: 'router',
  source: sources.parked(parseOrgId('europol')),
  subject: (n) => `parked.europol.interpol.${n}`,
};

/** Longer than the two seconds within which the server writes a consumer's position to disk. */
const WRITTEN_MS = 3_000;

/** Kills the server when a stream is empty and its consumer's position is on disk, but no new block of the stream. */
async function killAsItEmpties(broker: Broker, { account, source }: Pair): Promise<void> {
  const folder = join(broker.home.nats('data'), 'jetstream', account, 'streams', source.stream);
  await until(
    'every message to be acknowledged',
    async () => (await broker.count(account, source.stream)) === 0,
  );
  const file = join(folder, 'obs', source.consumer, 'o.dat');
  const writtenAt = (): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  await until("the consumer's position to be on disk", () => Date.now() - writtenAt() > WRITTEN_MS);
  await broker.stop('SIGKILL');
  for (const name of readdirSync(join(folder, 'msgs'))) rmSync(join(folder, 'msgs', name));
  await broker.start();
}

/** The versions that number an emptied stream from 1 again; newer ones continue at the consumer's position. */
const NUMBERS_AGAIN = '2.10.';

/** Returns doctor's finding about the streams. */
async function doctorOf({ home, url, monitoring }: Broker): Promise<CheckFinding | undefined> {
  const addresses = { nats: url, monitor: monitoring.url, auditor: '', router: '' };
  const run = { ...addresses, routers: 1, gateways: {}, metrics: {}, processes: {} };
  const check = federationChecks.find(({ name }) => name === 'streams');
  return check?.look({ home, run, env: {}, now: new Date() });
}

/** Has three messages consumed and kills the server, so that version 2.10 numbers the stream from 1 again. */
async function emptied(broker: Broker, pair: Pair) {
  const { account, source, from, to, subject } = pair;
  const [sender, taker] = [await broker.connect(from, account), await broker.connect(to, account)];
  const got: string[] = [];
  const consumption = await consume(taker, source, {
    handle: async (delivery) => {
      await delivery.settle();
      got.push(delivery.subject);
    },
    onError: () => {},
  });
  const publish = (n: number): Promise<unknown> =>
    publishOnce(sender, { subject: subject(n), bytes: new Uint8Array([n]) });
  for (const n of [1, 2, 3]) await publish(n);
  await until('three to be taken', () => got.length === 3);
  await killAsItEmpties(broker, pair);
  const isAhead = (await broker.monitoring.version()).startsWith(NUMBERS_AGAIN);
  return { got, publish, isAhead, stop: () => consumption.stop() };
}

const nameOf = ({ account, source }: Pair): string => `${account}/${source.stream}/${source.consumer}`;

describe('a work queue whose server was killed as it emptied', () => {
  test.concurrent.each([IN, OUT, PARKED])(
    '$source.stream: its consumer is found ahead of the stream, and provisioning again gets every message delivered',
    { tags: ['long'] },
    async (pair) => {
      await using broker = await startBroker({ orgs: ['europol', 'interpol'] });
      const { got, publish, isAhead, stop } = await emptied(broker, pair);
      const name = nameOf(pair);
      // First while it is empty, then with a message that its consumer skips.
      expect([...(await findStuckConsumers(broker.monitoring))]).toEqual(isAhead ? [name] : []);
      await publish(4);
      if (isAhead) {
        expect([...(await findStuckConsumers(broker.monitoring))]).toEqual([name]);
        expect(got).not.toContain(pair.subject(4));
        expect(await doctorOf(broker)).toMatchObject({
          state: 'bad',
          says: expect.stringContaining(name),
          mend: expect.stringMatching(/provision {3}#/),
        });
        expect(await broker.provision()).toEqual([name]);
      }
      await publish(5);
      await until('what was left', () => got.length === 5);
      expect(got.slice(3)).toEqual([pair.subject(4), pair.subject(5)]);
      expect(await broker.provision()).toEqual([]);
      expect(await doctorOf(broker)).toMatchObject({ state: 'ok' });
      await stop();
    },
  );

  test.concurrent.each([IN, OUT, PARKED])(
    '$source.stream: its consumer is still found when the numbers have caught up, and the skipped messages are delivered',
    { tags: ['long'] },
    async (pair) => {
      await using broker = await startBroker({ orgs: ['europol', 'interpol'] });
      const { got, publish, isAhead, stop } = await emptied(broker, pair);
      const after = [4, 5, 6, 7, 8, 9];
      for (const n of after) await publish(n);
      await until('a message beyond the position of the consumer', () => got.includes(pair.subject(9)));
      expect([...(await findStuckConsumers(broker.monitoring))]).toEqual(isAhead ? [nameOf(pair)] : []);
      await broker.provision();
      await until('what was left', async () => (await broker.count(pair.account, pair.source.stream)) === 0);
      await until('every message to be delivered', () => got.length >= 3 + after.length);
      expect(got.slice(3).toSorted()).toEqual(after.map(pair.subject));
      await stop();
    },
  );

  test('a consumer with messages that wait, or are not acknowledged, is not found ahead of its stream', async () => {
    await using broker = await startBroker({ orgs: ['europol', 'interpol'] });
    const [router, gateway] = [
      await broker.connect('router', 'europol'),
      await broker.connect('gateway', 'europol'),
    ];
    for (const n of [1, 2, 3]) {
      await publishOnce(router, { subject: IN.subject(n), bytes: new Uint8Array([n]) });
    }
    expect(await findStuckConsumers(broker.monitoring)).toEqual(new Set());
    const consumer = await gateway.js.consumers.get('IN', 'gw');
    const second = [await consumer.next(), await consumer.next()][1];
    await second?.ackAck();
    expect(await findStuckConsumers(broker.monitoring)).toEqual(new Set());
  });
});
