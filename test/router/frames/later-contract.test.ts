import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameId } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import type { Outgoing } from '../../../services/shared/wire/subjects.js';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { someJti } from '../queries/questions.js';

/** The bytes with another contract in field 1. */
function later(bytes: Uint8Array): Uint8Array {
  const changed = Buffer.from(bytes);
  changed[1] = 2;
  return changed;
}

describe('router: a frame of a later contract', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start();
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  const left = () => hub.broker.count('europol', 'OUT');
  const alarms = () => hub.events.filter(({ event, what }) => event === 'alarm' && what === 'frame-stuck');
  const isRaised = () => alarms().some(({ code }) => code === 'contract-unknown');
  const status = () => europol.ask({ type: 'status', jtis: [someJti()] });

  async function sendLater(of: Outgoing, bytes: Uint8Array): Promise<void> {
    const { submission } = of === 'submission' ? frames.submissionFrame.decode(bytes) : { submission: bytes };
    const changed = later(bytes);
    await europol.publish(of, changed, frameId(of, europol.org, of === 'submission' ? submission : changed));
  }

  test('stays in the queue, is not quarantined, and raises an alarm that names its organisation', async () => {
    const sent: Sent = await europol.frame([await europol.issue()]);
    await sendLater('submission', frames.submissionFrame.encode({ submission: sent.submission }));
    await until('the alarm', isRaised);
    expect(alarms()).toContainEqual(
      expect.objectContaining({ originator: 'europol', code: 'contract-unknown' }),
    );
    // Beyond the attempt from which a frame is opened in a child process.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await left()).toBe(1);
    expect(await quarantined(router.core)).toEqual([]);
    expect(europol.reports).toEqual([]);
  });

  test('holds up neither the questions of its organisation nor the frames of others', async () => {
    expect((await status())['type']).toBe('status');
    const interpol = await hub.gateway('interpol');
    await interpol.listen();
    const sent = await interpol.frame([await interpol.issue()]);
    await interpol.send(sent);
    expect((await interpol.reportOn(sent)).notices).toHaveLength(1);
    expect(router.reasons()).toEqual([]);
  });

  test('that is a question is neither answered nor quarantined; it is dropped when its sender has given up', async () => {
    const before = europol.answers();
    await sendLater('query', frames.query.encode({ query: 'of a later form' }));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await left()).toBe(2);
    expect((await status())['type']).toBe('status');
    hub.clock.move(31_000);
    await until('the question to be gone', async () => (await left()) === 1);
    expect(europol.answers()).toBe(before + 1);
    expect(await quarantined(router.core)).toEqual([]);
  });
});
