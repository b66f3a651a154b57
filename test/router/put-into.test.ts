import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPutInto, type PutInto } from '../../services/router/put-into.js';
import type { Bus } from '../../services/shared/bus/connect.js';
import { parseFrameId, parseOrgId } from '../../services/shared/kernel/ids.js';
import { subjects } from '../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../support/broker.js';
import { until } from '../support/until.js';

const EUROPOL = parseOrgId('europol');
const report = (n: number) => ({
  subject: subjects.report(parseFrameId(n.toString(16).padStart(64, '0'))),
  bytes: Buffer.from(String(n)),
});

describe('an organisation whose IN is gone', () => {
  let broker: Broker;
  let bus: Bus;
  let putInto: PutInto;
  const alarms: string[] = [];
  beforeAll(async () => {
    broker = await startBroker({ orgs: ['europol'] });
    await broker.stop();
    rmSync(join(broker.home.nats('data'), 'jetstream', 'europol', 'streams', 'IN'), { recursive: true });
    await broker.start();
    bus = await broker.connect('router', 'europol');
    putInto = createPutInto({
      account: () => bus,
      events: { alarm: (code, about) => void alarms.push(`${about?.['what']} ${code}`) },
      signal: new AbortController().signal,
    });
  });
  afterAll(() => broker?.close());

  test('takes nothing and is told once, however many frames are for it', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => putInto(EUROPOL, report(n))));
    expect([...answers, await putInto(EUROPOL, report(4))]).toEqual(['away', 'away', 'away', 'away']);
    expect(alarms).toEqual(['inbox-away timed-out']);
  });

  test('takes again once it is there', async () => {
    await broker.provision({ afterLoss: true });
    await until('it is tried again', async () => (await putInto(EUROPOL, report(5))) === 'stored');
    expect(await putInto(EUROPOL, report(6))).toBe('stored');
    expect(alarms).toHaveLength(1);
  });
});
