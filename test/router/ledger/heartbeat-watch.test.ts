import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createHeartbeatWatch,
  type HeartbeatWatch,
} from '../../../services/router/ledger/heartbeat-watch.js';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { checkpointOf } from '../../../services/shared/wire/checkpoint-frame.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { type Heartbeat, signHeartbeat } from '../../../services/shared/ledger/heartbeat.js';
import { type Directory, openDirectory } from '../../../services/shared/trust/directory.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { type Broker, startBroker } from '../../support/broker.js';

const [MINUTE, HOUR] = [60_000, 3_600_000];

describe('router heartbeat watch: a heartbeat', () => {
  let broker: Broker;
  let directory: Directory;
  let signer: Signer;
  let auditor: Bus;
  let router: Bus;
  let watch: HeartbeatWatch;
  beforeAll(async () => {
    broker = await startBroker({ orgs: ['europol', 'interpol'] });
    const anchor = JSON.parse(readFileSync(broker.home.anchor, 'utf8'));
    directory = await openDirectory(readFileSync(broker.home.directory), anchor);
    signer = await readSigner(broker.home.hub('auditor', 'audit.jwk'));
    [auditor, router] = [await broker.connect('auditor'), await broker.connect('router')];
  });
  afterAll(() => broker.close());
  beforeEach(() => {
    const clock = () => new Date();
    watch = createHeartbeatWatch({
      core: router,
      directory: () => directory,
      clock,
      onForeign: (error) => expect.fail(error.message),
      onAnew: () => expect.fail('the stream is the same'),
    });
  });

  const say = async (
    heartbeat: Omit<Heartbeat, 'epoch' | 'size'> & { readonly epoch?: string },
  ): Promise<void> => {
    const by = { federation: directory.federation, signer };
    const token = await signHeartbeat({ epoch: 'x', size: 0, ...heartbeat }, by);
    await publishLatest(auditor, { subject: 'checkpoint', bytes: checkpointOf(token) });
    await watch.look();
  };
  const ago = (ms: number): Date => new Date(Date.now() - ms);
  const age = (): number => Date.now() - (watch.last()?.time.getTime() ?? 0);

  test('from an auditor whose clock is minutes behind counts with the time of the broker', async () => {
    await say({ seq: 1, count: 1, time: ago(0) });
    await say({ seq: 2, count: 2, time: ago(9 * MINUTE) });
    expect(watch.last()).toMatchObject({ seq: 2, count: 2 });
    expect(age()).toBeLessThan(MINUTE);
  });

  test('that the broker held back for longer counts with the time of the auditor, however late it is delivered', async () => {
    for (const minutes of [360, 359, 11]) {
      await say({ seq: 1, count: 1, time: ago(minutes * MINUTE) });
      expect(watch.last()).toMatchObject({ seq: 1, count: 1 });
      expect(age()).toBeGreaterThanOrEqual(minutes * MINUTE);
    }
  });

  test('that is published a second time changes nothing', async () => {
    await say({ seq: 2, count: 2, time: ago(0) });
    await say({ seq: 1, count: 1, time: ago(HOUR) });
    expect(watch.last()).toMatchObject({ seq: 2, count: 2 });
  });

  test('with lower counts is accepted when it is later, as after a loss that an operator accepted', async () => {
    await say({ seq: 2, count: 2, time: ago(HOUR) });
    await say({ seq: 1, count: 1, time: ago(0) });
    expect(watch.last()).toMatchObject({ seq: 1, count: 1 });
  });

  test('of another epoch is accepted whatever its time and counts', async () => {
    await say({ seq: 9, count: 9, time: ago(0) });
    await say({ epoch: 'y', seq: 0, count: 9, time: ago(HOUR) });
    expect(watch.last()).toMatchObject({ epoch: 'y', seq: 0 });
  });

  test('from the future counts with the time of the broker', async () => {
    await say({ seq: 1, count: 1, time: ago(-90_000) });
    expect(age()).toBeGreaterThanOrEqual(0);
  });
});
