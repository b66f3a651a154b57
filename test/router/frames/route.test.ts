import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { until } from '../../support/until.js';

describe('router: a frame', () => {
  let hub: TestHub;
  let router: TestRouter;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
  });
  afterAll(() => hub.close());

  test('reaches every recipient that the policies allow, and its originator gets report and receipts', async () => {
    const europol = await hub.gateway('europol');
    const [interpol, afripol] = [await hub.gateway('interpol'), await hub.gateway('afripol')];
    await Promise.all([
      europol.listen(),
      interpol.listen({ receipts: true }),
      afripol.listen({ receipts: true }),
    ]);
    const sent = await europol.frame([await europol.issue(), await europol.issue()]);
    await europol.send(sent);
    const report = await europol.reportOn(sent);
    expect(report.notices).toHaveLength(2);
    expect(report.decisions.map(({ to, outcome }) => `${to} ${outcome}`).toSorted()).toEqual([
      'afripol delivered',
      'afripol delivered',
      'interpol delivered',
      'interpol delivered',
    ]);
    await until('receipts', () => europol.receipts.length === 2);
    expect(interpol.held).toHaveLength(1);
    await until('the auditor', async () => (await hub.auditor.records()).length === 3);
    const records = await hub.auditor.records();
    expect(records.map(({ type, org }) => `${type} ${org}`).toSorted()).toEqual([
      'receipts afripol',
      'receipts interpol',
      'report europol',
    ]);
  });
});
