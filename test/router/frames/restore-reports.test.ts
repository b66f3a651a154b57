import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdersOn } from '../../../services/router/actions/holders-on.js';
import { noticeIdOf } from '../../../services/shared/kernel/ids.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { loseLedger } from '../../support/streams/lose-ledger.js';
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
    router = await loseLedger(hub, router);
    const [kept] = reports();
    await europol.sendAgain(sent, kept && frames.record.decode(kept.bytes));
    await until('the report again', () => reports().length > 1);
  });
  afterAll(() => hub.close());

  const reports = () => europol.reports.filter(({ report }) => report.frame === sent.id);

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

  test('is not recorded again once the sweep forgets its notices, so that old frames cost no records', async () => {
    const header = { reviewAfter: 'P10D', expiresAfter: 'P30D' };
    const old = await europol.frame([await europol.issue({ header })]);
    await europol.send(old);
    const kept = await until('its report', () => europol.reports.find(({ id }) => id === old.id));
    router = await loseLedger(hub, router);
    hub.clock.move(61 * 86_400_000);
    await hub.amend((source) => ({ ...source, nextUpdate: '2099-01-01T00:00:00Z' }));
    await hub.open(router);
    await europol.sendAgain(old, frames.record.decode(kept.bytes));
    const anew = await until('a report on the frame', () =>
      europol.reports.find(({ id, report }) => id === old.id && report.digest !== kept.report.digest),
    );
    expect(anew.report.refusals).toMatchObject([{ code: 'expired' }]);
    expect(router.store.ledger.has(kept.report.digest)).toBe(false);
  });
});
