import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInboxPublisher, type InboxPublisher } from '../../services/router/inbox.js';
import type { Bus } from '../../services/shared/bus/connect.js';
import { parseFrameId, parseOrgId } from '../../services/shared/kernel/ids.js';
import type { Organisation } from '../../services/shared/trust/directory.js';
import { subjects } from '../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../support/broker.js';
import { alarmsFor } from '../support/alarms-for.js';
import { until } from '../support/until.js';

const EUROPOL = parseOrgId('europol');
const LEFT = { id: EUROPOL, leftAt: new Date() } as Organisation;
const report = (n: number) => ({
  subject: subjects.report(parseFrameId(n.toString(16).padStart(64, '0'))),
  bytes: Buffer.from(String(n)),
});

/** Longer than a rest and a timeout together. */
const QUIET_MS = 9_000;

describe('router inbox publisher: an organisation whose IN is gone', () => {
  let broker: Broker;
  let bus: Bus;
  let publishToInbox: InboxPublisher;
  const alarms: string[] = [];
  let hasLeft = false;
  const register = alarmsFor();
  const ending = new AbortController();
  /** Messages that the router sent to the broker. */
  const asked = (): number => bus.nc.stats().outMsgs;
  const createOne = (tell: (alarm: string) => void): InboxPublisher =>
    createInboxPublisher({
      account: () => bus,
      directory: () => ({ organisations: new Map(hasLeft ? [[EUROPOL, LEFT]] : []) }),
      events: {
        alarm: (alarm, code) => {
          register.raise(alarm, { code });
          tell(`${alarm} ${code}`);
        },
      },
      alarms: register,
      signal: ending.signal,
      quietMs: QUIET_MS,
    });
  /** Resolves when the first timeout of a publisher that has never failed ends. */
  const first = (n: number): Promise<string> => {
    const words = () => 'the first patience ends';
    return createOne(() => {})(EUROPOL, report(n)).then(words, words);
  };
  const loseIn = async (): Promise<void> => {
    await broker.stop();
    rmSync(join(broker.home.nats('data'), 'jetstream', 'europol', 'streams', 'IN'), { recursive: true });
    await broker.start();
  };
  /** Publishes until the rest ends and the broker is asked; gives the outcome of that publish. */
  const afterRest = async (n: number): Promise<{ readonly answer: ReturnType<InboxPublisher> }> => {
    let answer: ReturnType<InboxPublisher> = Promise.resolve('unavailable');
    await until('the broker is asked again', async () => {
      const before = asked();
      answer = publishToInbox(EUROPOL, report(n));
      await nextTurn();
      return asked() > before;
    });
    return { answer };
  };
  beforeAll(async () => {
    broker = await startBroker({ orgs: ['europol'] });
    await loseIn();
    bus = await broker.connect('router', 'europol');
    publishToInbox = createOne((alarm) => alarms.push(alarm));
  });
  afterAll(async () => {
    ending.abort();
    await broker?.close();
  });

  test('is unavailable without an alarm when the organisation leaves meanwhile, and is not asked after that', async () => {
    const raised: string[] = [];
    const publish = createOne((alarm) => raised.push(alarm));
    const before = asked();
    const answer = publish(EUROPOL, report(0));
    await until('the broker is asked', () => asked() > before);
    hasLeft = true;
    expect([await answer, raised]).toEqual(['unavailable', []]);
    const after = asked();
    expect([await publish(EUROPOL, report(0)), asked()]).toEqual(['unavailable', after]);
    hasLeft = false;
  });

  test('is unavailable and raises one alarm, however many messages are for it', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => publishToInbox(EUROPOL, report(n))));
    expect([...answers, await publishToInbox(EUROPOL, report(4))]).toEqual([
      'unavailable',
      'unavailable',
      'unavailable',
      'unavailable',
    ]);
    expect(alarms).toEqual(['inbox-away timed-out']);
    expect(register.list()).toMatchObject([{ alarm: 'inbox-away', code: 'timed-out' }]);
  });

  test('is tried again after a rest, with a shorter timeout', async () => {
    const { answer } = await afterRest(5);
    expect(await Promise.race([answer, first(6)])).toBe('unavailable');
  });

  test('is unavailable during the rest without the broker being asked, after each failure', async () => {
    expect(await (await afterRest(7)).answer).toBe('unavailable');
    const before = asked();
    expect(await publishToInbox(EUROPOL, report(8))).toBe('unavailable');
    expect(asked()).toBe(before);
  });

  test('takes messages again once it is there', async () => {
    await broker.provision({ afterLoss: true });
    await until('it is tried again', async () => (await publishToInbox(EUROPOL, report(9))) === 'stored');
    expect(await publishToInbox(EUROPOL, report(10))).toBe('stored');
    expect(alarms).toHaveLength(1);
    expect(register.list()).toEqual([]);
  });

  test('has the full timeout again, and raises another alarm, when it is lost once more', async () => {
    await loseIn();
    const [before, answer] = [first(11), publishToInbox(EUROPOL, report(12))];
    expect(await Promise.race([answer, before])).toBe('the first patience ends');
    expect(await answer).toBe('unavailable');
    expect(alarms).toHaveLength(2);
    expect(register.list()).toHaveLength(1);
    await until('the alarm to end', () => register.list().length === 0);
  });
});
