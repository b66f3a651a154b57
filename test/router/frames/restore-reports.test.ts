import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdersOn } from '../../../services/router/actions/holders-on.js';
import { noticeIdOf } from '../../../services/shared/kernel/ids.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const NOTHING = rule('int-import-nothing', 'forbid (principal, action == Action::"receive", resource);');
const IMPORT = 'interpol/import.cedar';

describe('router: a report that was lost with ledger and auditor, and that its originator sends along', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let sent: Sent;
  beforeAll(async () => {
    hub = await startHub();
    await hub.policy(IMPORT, OPEN('interpol-import'));
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
    sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await europol.reportOn(sent);
    await until('a delivery', () => interpol.held.length === 1);
    await hub.policy(IMPORT, OPEN('interpol-import') + NOTHING);
    await loseAll();
    const [kept] = reports();
    await europol.sendAgain(sent, kept && frames.record.decode(kept.bytes));
    await until('the report again', () => reports().length > 1);
  });
  afterAll(() => hub.close());

  const reports = () => europol.reports.filter(({ report }) => report.frame === sent.id);

  async function loseAll(): Promise<void> {
    await router.stop();
    await hub.broker.stop();
    hub.broker.eraseData();
    rmSync(hub.broker.home.hub('router', 'router.db'));
    await hub.broker.start();
    await hub.broker.provision({ afterLoss: true });
    router = await hub.start({ readArchive: async () => [] });
    await hub.open(router);
  }

  test('leaves a recipient that it allowed a holder, whatever the present rules say', () => {
    const [{ report } = {}] = reports();
    const [jti] = report?.notices.map((notice) => notice.jti) ?? [];
    if (jti === undefined) throw new Error('no notice');
    expect(holdersOn(router.store, 'europol', noticeIdOf(jti)).toSorted()).toEqual(['afripol', 'interpol']);
  });

  test('is on the ledger again with its own digest, before a narrowing to the present rules', async () => {
    expect(reports()[1]?.report.digest).toBe(reports()[0]?.report.digest);
    await until('the narrowing', () => reports().length > 2);
    const [first, , narrowing] = reports().map(({ report }) => report);
    expect(narrowing?.decisions).toMatchObject([{ to: 'interpol', outcome: 'denied' }]);
    const recorded = router.store.shares.recordsOf('europol', sent.id).map(({ digest }) => digest);
    expect(recorded).toEqual([first?.digest, narrowing?.digest]);
    expect(interpol.held).toHaveLength(1);
  });
});
