import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frames } from '../../../services/shared/wire/frames.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const REST = ['ameripol', 'aseanapol', 'gccpol', 'ecopol'];
const ORGS = ['europol', 'interpol', 'afripol', ...REST];
const FEW = { addressees: ['interpol', 'afripol'] };

describe('router: members that a notice is not addressed to', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ORGS });
    const no = rule('afr-import-no', 'forbid (principal, action, resource);');
    await hub.policy('afripol/import.cedar', OPEN('afripol-import') + no);
    router = await hub.start();
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  const sendOne = async (header: object) => {
    const sent = await europol.frame([await europol.issue({ header })]);
    await europol.send(sent);
    await until('a report', () => europol.reports.some(({ id }) => id === sent.id));
    const found = europol.reports.find(({ id }) => id === sent.id);
    if (found === undefined) throw new Error('no report');
    return { sent, ...found, jti: String(found.report.notices[0]?.jti) };
  };

  test('are listed in one part of the record, and their names once, for all notices', async () => {
    const { report, bytes, sent } = await sendOne(FEW);
    const leaves = frames.record.decode(bytes).statement?.leaves ?? [];
    const parts = leaves.map(
      ({ part }) => JSON.parse(Buffer.from(part).toString()) as { type: string; denials?: object[] },
    );
    expect(parts.map(({ type }) => type)).toEqual(['tree', 'basis', 'seed', 'notice', 'share']);
    expect(parts[3]?.denials).toEqual([
      { to: ['afripol'], rules: [3] },
      { rules: [], because: 'not-addressed' },
    ]);
    expect(report.decisions.map(({ to }) => to)).toEqual(['interpol']);
    expect(report.denials.map(({ to, rules, because }) => [to, rules.map(({ id }) => id), because])).toEqual([
      [['afripol'], ['afr-import-no'], undefined],
      [REST.toSorted(), [], 'not-addressed'],
    ]);
    expect((await europol.reportOn(sent)).decisions).toHaveLength(ORGS.length - 1);
  });

  test('add no policy digests to the record', async () => {
    const { report } = await sendOne(FEW);
    expect(Object.keys(report.policies).toSorted()).toEqual([
      'afripol/import',
      'europol/export',
      'federation',
      'interpol/import',
      'schema',
    ]);
  });

  test('have no status event, unlike members that are addressed and denied, or excluded', async () => {
    const few = await sendOne(FEW);
    const all = await sendOne({ excluded: ['gccpol'] });
    const eventsOf = (about: string): readonly string[] =>
      hub.events
        .filter(({ jti }) => jti === about)
        .map(({ event, recipient }) => (recipient === undefined ? event : `${event} ${String(recipient)}`))
        .toSorted();
    await until('the events', () => eventsOf(all.jti).length === ORGS.length);
    expect(eventsOf(few.jti)).toEqual(['delivered interpol', 'denied afripol', 'submitted']);
    expect(eventsOf(all.jti)).toContain('denied gccpol');
  });

  test('addressees that are not members need no decision and do not make a frame too large', async () => {
    const strangers = Array.from({ length: 69 }, (_, index) => `stranger-${index}`);
    const header = { addressees: ['interpol', ...strangers] };
    const sent = await europol.frame(
      await Promise.all(Array.from({ length: 62 }, () => europol.issue({ header }))),
    );
    await europol.send(sent);
    expect((await europol.reportOn(sent)).notices).toHaveLength(62);
  });

  test('get nothing when the frame is sent again, and the answer to a status query leaves them out', async () => {
    const { sent, bytes, jti } = await sendOne(FEW);
    const others = await Promise.all(REST.map((org) => hub.gateway(org)));
    for (const other of others) await other.listen();
    await europol.sendAgain(sent, frames.record.decode(bytes));
    await until('another report', () => europol.reports.filter(({ id }) => id === sent.id).length > 1);
    const { notices } = await europol.ask({ type: 'status', jtis: [jti] });
    expect(notices).toMatchObject([{ recorded: true, recipients: { interpol: 'delivered' } }]);
    // Once a later notice has arrived, the earlier one would have arrived too.
    const last = await sendOne({});
    const hold = (id: string) => others.filter(({ held }) => held.some(({ frame }) => frame === id));
    await until('the last one', () => hold(last.sent.id).length === others.length);
    expect(hold(sent.id)).toEqual([]);
  });
});
