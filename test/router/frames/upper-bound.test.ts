import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rmSync } from 'node:fs';
import { sources } from '../../../services/shared/bus/streams.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { fillIn } from '../../support/hub-reads.js';
import { loseLedger } from '../../support/streams/lose-ledger.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const NO_BIOMETRICS = rule(
  'int-import-no-biometrics',
  'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"biometrics" };',
);
const NOTHING = rule('int-import-nothing', 'forbid (principal, action == Action::"receive", resource);');
const IMPORT = 'interpol/import.cedar';

describe('router: a recorded decision is an upper bound', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
  });
  afterAll(() => hub.close());
  beforeEach(() => hub.policy(IMPORT, OPEN('interpol-import')));

  const sendOne = async (): Promise<Sent> => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await europol.reportOn(sent);
    return sent;
  };
  const copies = ({ id }: Sent) => interpol.held.filter(({ frame }) => frame === id);
  const narrowingOf = ({ id }: Sent) =>
    europol.reports.find(({ report }) => report.reason === 'narrowing' && report.frame === id)?.report;
  const sendAgain = async (sent: Sent): Promise<void> => {
    const before = copies(sent).length;
    const reports = europol.reports.filter(({ id }) => id === sent.id).length;
    await europol.sendAgain(sent);
    await until(
      'the report again',
      () => europol.reports.filter(({ id }) => id === sent.id).length > reports,
    );
    await until('the same again', () => copies(sent).length >= before);
  };

  test('a policy loosened since then adds nothing', async () => {
    await hub.policy(IMPORT, OPEN('interpol-import') + NO_BIOMETRICS);
    const sent = await sendOne();
    await until('a delivery', () => copies(sent).length === 1);
    await hub.policy(IMPORT, OPEN('interpol-import'));
    await sendAgain(sent);
    await until('a delivery', () => copies(sent).length === 2);
    for (const { parts, notices } of copies(sent)) {
      expect(parts[0]?.sections).not.toContain('biometrics');
      expect(Object.keys(notices[0]?.sections ?? {})).not.toContain('biometrics');
    }
    const again = europol.reports.filter(({ id }) => id === sent.id).map(({ bytes }) => Buffer.from(bytes));
    expect(again[1]).toEqual(again[0]);
  });

  test('a policy tightened since then narrows a resent frame, and the narrowing is recorded first', async () => {
    const sent = await sendOne();
    await until('a delivery', () => copies(sent).length === 1);
    await hub.policy(IMPORT, OPEN('interpol-import') + NO_BIOMETRICS);
    await sendAgain(sent);
    await until('a delivery', () => copies(sent).length === 2);
    expect(copies(sent)[1]?.parts[0]?.sections).not.toContain('biometrics');
    await until('the narrowing', () => narrowingOf(sent) !== undefined);
    expect(narrowingOf(sent)?.decisions).toMatchObject([{ to: 'interpol', outcome: 'redacted' }]);
    await until('the auditor', async () =>
      (await hub.auditor.records()).some(({ digest }) => digest === narrowingOf(sent)?.digest),
    );
    // It stays narrow when the policy is loosened again.
    await hub.policy(IMPORT, OPEN('interpol-import'));
    await sendAgain(sent);
    await until('a delivery', () => copies(sent).length === 3);
    expect(copies(sent)[2]?.parts[0]?.sections).not.toContain('biometrics');
  });

  test('a report that only the originator kept decides for a router that does not have it', async () => {
    await hub.policy(IMPORT, OPEN('interpol-import') + NOTHING);
    const sent = await sendOne();
    const kept = europol.reports.find(({ id }) => id === sent.id);
    // Otherwise the router would read the newest record of the subject back from the stream.
    await sendOne();
    await hub.policy(IMPORT, OPEN('interpol-import'));
    await router.stop();
    rmSync(hub.broker.home.hub('router', 'router.db'));
    router = await hub.start({ readArchive: async () => [] });
    await hub.open(router);
    await europol.sendAgain(sent, kept && frames.record.decode(kept.bytes));
    await until('another report', () => europol.reports.filter(({ id }) => id === sent.id).length === 2);
    for (const { report } of europol.reports.filter(({ id }) => id === sent.id)) {
      expect(report.decisions.map(({ to, outcome }) => `${to} ${outcome}`)).toEqual(['afripol delivered']);
      expect(report.denials.map(({ to }) => to)).toEqual([['interpol']]);
    }
    expect(copies(sent)).toEqual([]);
  });

  test('a narrowing that the originator sends along binds a router that lost ledger and auditor', async () => {
    const sent = await sendOne();
    await until('a delivery', () => copies(sent).length === 1);
    await hub.policy(IMPORT, OPEN('interpol-import') + NO_BIOMETRICS);
    await sendAgain(sent);
    await until('the narrowing', () => narrowingOf(sent) !== undefined);
    await hub.policy(IMPORT, OPEN('interpol-import'));
    const kept = europol.reports.filter(({ report }) => report.frame === sent.id);
    const recordOf = (reason: string) => {
      const found = kept.find(({ report }) => report.reason === reason);
      if (found === undefined) throw new Error(`no ${reason}`);
      return frames.record.decode(found.bytes);
    };
    router = await loseLedger(hub, router);
    const before = copies(sent).length;
    await europol.sendAgain(sent, recordOf('routing'), [recordOf('narrowing')]);
    await until('a delivery', () => copies(sent).length > before);
    expect(copies(sent).at(-1)?.parts[0]?.sections).not.toContain('biometrics');
    // The frame was counted on the lost ledger.
    const again = await europol.frame([await europol.issue()]);
    await europol.send(again);
    await europol.reportOn(again);
    const submitted = ({ id }: Sent) =>
      hub.events.filter(({ event, frame }) => event === 'submitted' && frame === id);
    await until('the next event', () => submitted(again).length > 0);
    expect(submitted(sent)).toHaveLength(1);
  });

  test('a notice that has ended is no longer delivered', async () => {
    const header = { reviewAfter: 'P10D', expiresAfter: 'P30D' };
    const sent = await europol.frame([await europol.issue({ header })]);
    await europol.send(sent);
    await until('a delivery', () => copies(sent).length === 1);
    hub.clock.move(40 * 86_400_000);
    await hub.amend((source) => ({ ...source, nextUpdate: '2099-01-01T00:00:00Z' }));
    await hub.open(router);
    await europol.sendAgain(sent);
    const said = () =>
      europol.reports
        .filter(({ report }) => report.frame === sent.id)
        .flatMap(({ report }) => report.decisions.filter(({ because }) => because === 'ended'));
    await until('the report of the end', () => said().length > 0);
    expect(said().map(({ outcome }) => outcome)).toEqual(['denied', 'denied']);
    expect(copies(sent)).toHaveLength(1);
  });
});

describe('router: a parked copy', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let afripol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    [europol, afripol] = await Promise.all([hub.gateway('europol'), hub.gateway('afripol')]);
    await Promise.all([europol.listen(), afripol.listen({ receipts: true })]);
  });
  afterAll(() => hub.close());

  const statusOf = async (jti: string): Promise<unknown> => {
    const answer = await europol.ask({ type: 'status', jtis: [jti] });
    return (answer['notices'] as readonly { readonly recipients: object }[])[0]?.recipients;
  };

  /** True when the router pulls from the recipient's PARKED consumer. */
  const isPulled = async (org: string): Promise<boolean> => {
    const core = await hub.broker.connect('router');
    try {
      const { stream, consumer } = sources.parked(parseOrgId(org));
      return (await core.jsm.consumers.info(stream, consumer)).num_waiting > 0;
    } finally {
      await core.close();
    }
  };

  test('is pulled only while there is one', async () => {
    for (const org of hub.broker.orgs) expect(await isPulled(org)).toBe(false);
  });

  test('waits for a recipient whose IN is full, without delaying others, and is decided again, narrowed and delivered', async () => {
    const free = await fillIn(hub, 'interpol');
    const sent = await europol.frame([await europol.issue(), await europol.issue()]);
    await europol.send(sent);
    const report = await europol.reportOn(sent);
    const [jti = ''] = report.notices.map((notice) => notice.jti);
    await until('a receipt of the other', () => europol.receipts.length === 1);
    expect(await statusOf(jti)).toEqual({ afripol: 'receipted', interpol: 'parked' });
    await until('the event', () =>
      hub.events.some(({ event, recipient }) => event === 'parked' && recipient === 'interpol'),
    );

    await hub.policy(IMPORT, OPEN('interpol-import') + NO_BIOMETRICS);
    await free();
    await until('a narrowing', () => europol.reports.some((one) => one.report.reason === 'narrowing'));
    const interpol = await hub.gateway('interpol');
    await interpol.listen({ receipts: true });
    await until('the delivery', () => interpol.held.length === 1);
    const [held] = interpol.held;
    expect(held?.parts).toHaveLength(2);
    for (const notice of held?.notices ?? [])
      expect(Object.keys(notice.sections)).not.toContain('biometrics');
    await until('the receipt', () => europol.receipts.length === 2);
    expect(await statusOf(jti)).toEqual({ afripol: 'receipted', interpol: 'receipted' });
    const narrowing = europol.reports.find((one) => one.report.reason === 'narrowing');
    expect(narrowing?.report.decisions.map(({ to, outcome }) => `${to} ${outcome}`)).toEqual([
      'interpol redacted',
      'interpol redacted',
    ]);
    await until('pulling to stop', async () => !(await isPulled('interpol')));
  });

  test('for a recipient that has been suspended since is dropped, and its originator gets a narrowing', async () => {
    await hub.policy(IMPORT, OPEN('interpol-import'));
    const interpol = await hub.gateway('interpol');
    await interpol.stop();
    const free = await fillIn(hub, 'interpol');
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await europol.reportOn(sent);
    const before = await hub.broker.count('CORE', 'PARKED_interpol');
    expect(before).toBe(1);
    await hub.amend((source) => {
      const { organisations } = source;
      const one = organisations['interpol'];
      if (one === undefined) throw new Error('no interpol');
      const suspendedAt = '2020-01-01T00:00:00Z';
      return { ...source, organisations: { ...organisations, interpol: { ...one, suspendedAt } } };
    });
    await free();
    await until('the copy to be gone', async () => (await hub.broker.count('CORE', 'PARKED_interpol')) === 0);
    const narrowing = await until('the narrowing', () =>
      europol.reports.find(({ report }) => report.reason === 'narrowing' && report.frame === sent.id),
    );
    expect(narrowing.report.decisions).toMatchObject([
      { to: 'interpol', outcome: 'denied', because: 'suspended' },
    ]);
    expect(
      router.store.deliveries.statusOf({ originator: 'europol', frame: sent.id, recipient: 'interpol' }),
    ).toBe('recorded');
  });
});
