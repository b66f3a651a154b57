import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMeter } from '../../../services/shared/runtime/meter.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const HOUR = 3_600_000;

describe('router: an unsettled frame that is offered again hours later', () => {
  const meter = createMeter();
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start({ meter });
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  const reportsOn = ({ id }: Sent) => europol.reports.filter(({ report }) => report.frame === id);
  const recordOf = ({ id }: Sent) => router.store.ledger.reportOn('europol', id);
  const counted = async (): Promise<number> =>
    Number(/^liaison_router_notices_total (\d+)$/m.exec(await meter.text())?.[1]);
  /** Sends a frame and waits until the router has dropped its bytes, as hours after archiving. */
  const sendAndWait = async (): Promise<Sent> => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await europol.reportOn(sent);
    await until('the event', () =>
      hub.events.some(({ event, frame }) => event === 'submitted' && frame === sent.id),
    );
    hub.clock.move(3 * HOUR);
    await hub.amend((source) => ({ ...source, nextUpdate: '2099-01-01T00:00:00Z' }));
    await hub.open(router);
    await until('the bytes to be dropped', () => recordOf(sent)?.bytes === null);
    return sent;
  };
  const offerAgain = async (sent: Sent, report?: Uint8Array): Promise<void> => {
    const before = reportsOn(sent).length;
    await europol.sendAgain(sent, report && frames.record.decode(report));
    await until('the report again', () => reportsOn(sent).length > before);
    await until('the frame to be gone', async () => (await hub.broker.count('europol', 'OUT')) === 0);
  };
  const expectOnce = async (sent: Sent, before: number): Promise<void> => {
    const records = (await hub.auditor.records()).filter(
      (record) => record.type === 'report' && record.frame === sent.id,
    );
    expect(records).toHaveLength(1);
    expect(new Set(reportsOn(sent).map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(1);
    expect(hub.events.filter(({ event, frame }) => event === 'submitted' && frame === sent.id)).toHaveLength(
      1,
    );
    expect(await counted()).toBe(before + 1);
  };

  test('with its report stays one record, one event and one count, and gets that report again', async () => {
    const before = await counted();
    const sent = await sendAndWait();
    const [first] = reportsOn(sent);
    for (let again = 0; again < 3; again += 1) await offerAgain(sent, first?.bytes);
    await expectOnce(sent, before);
  });

  test('without its report gets the recorded one, read from the ledger', async () => {
    const before = await counted();
    const sent = await sendAndWait();
    await offerAgain(sent);
    await expectOnce(sent, before);
  });

  test('without its report gets the recorded one from the auditor if the ledger no longer has it', async () => {
    const before = await counted();
    const sent = await sendAndWait();
    const { digest, seq } = recordOf(sent)!;
    await router.store.commit(() => router.store.ledger.move(digest, { epoch: 'an earlier one', seq }));
    await offerAgain(sent);
    await expectOnce(sent, before);
  });

  test('is acknowledged without a report while neither ledger nor auditor can return it', async () => {
    const sent = await sendAndWait();
    const { digest, seq } = recordOf(sent)!;
    await router.store.commit(() => router.store.ledger.move(digest, { epoch: 'an earlier one', seq }));
    await router.stop();
    router = await hub.start({ findArchived: async () => undefined });
    await hub.open(router);
    const reports = reportsOn(sent).length;
    await europol.sendAgain(sent);
    await until('the frame to be gone', async () => (await hub.broker.count('europol', 'OUT')) === 0);
    expect(reportsOn(sent)).toHaveLength(reports);
  });
});
