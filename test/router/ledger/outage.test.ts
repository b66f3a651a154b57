import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHub, type TestHub } from '../../support/hub.js';
import { until } from '../../support/until.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('router: after an outage of the hub for an hour', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.close());

  test('nothing is refused for its age, and everything is delivered except the notices that have ended', async () => {
    const [europol, interpol, afripol] = await Promise.all(
      ['europol', 'interpol', 'afripol'].map((org) => hub.gateway(org)),
    );
    if (!europol || !interpol || !afripol) throw new Error('no gateways');
    const sent = [];
    for (let count = 0; count < 3; count += 1) {
      sent.push(await europol.frame([await europol.issue(), await europol.issue()]));
    }
    // Signed yesterday; ends within the hour.
    const at = new Date(hub.clock().getTime() - DAY + HOUR / 2);
    const ending = await europol.issue({ at, header: { reviewAfter: 'P1D', expiresAfter: 'P1D' } });
    const mixed = await europol.frame([ending, await europol.issue()]);
    for (const one of [...sent, mixed]) await europol.send(one);
    hub.clock.move(HOUR);

    const router = await hub.start();
    await hub.open(router);
    await europol.listen();
    await Promise.all([interpol.listen({ receipts: true }), afripol.listen({ receipts: true })]);
    for (const one of sent) {
      const report = await europol.reportOn(one);
      expect(report.refusals).toEqual([]);
      expect(report.decisions.map(({ outcome }) => outcome)).toEqual(Array(4).fill('delivered'));
    }
    const last = await europol.reportOn(mixed);
    expect(last.refusals.map(({ index, code }) => `${index} ${code}`)).toEqual(['0 expired']);
    expect(last.decisions.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
    await until('every receipt', () => europol.receipts.length === 8);
    for (const { held } of [interpol, afripol]) {
      expect(held.map(({ notices }) => notices.length)).toEqual([2, 2, 2, 1]);
    }
  });
});
