import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { noticeSteps, type RecipeSteps } from '../../../services/router/frames/recipe.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const [HOUR, DAY] = [3_600_000, 86_400_000];
const NOTHING = (org: string): string =>
  rule(`${org}-import-nothing`, 'forbid (principal, action == Action::"receive", resource);');
const IMPORT = (org: string): string => `${org}/import.cedar`;

describe('router: a frame that is sent again', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let afripol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    [europol, interpol, afripol] = await Promise.all([
      hub.gateway('europol'),
      hub.gateway('interpol'),
      hub.gateway('afripol'),
    ]);
    await Promise.all([europol.listen(), interpol.listen({ receipts: true }), afripol.listen()]);
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    for (const org of ['interpol', 'afripol']) await hub.policy(IMPORT(org), OPEN(`${org}-import`));
  });

  const copies = ({ held }: PlayedGateway, { id }: Sent) => held.filter(({ frame }) => frame === id);
  const receipts = ({ id }: Sent) => europol.receipts.filter(({ delivery }) => delivery === id);
  const narrowings = ({ id }: Sent) =>
    europol.reports.filter(({ report }) => report.reason === 'narrowing' && report.frame === id);
  const send = async (): Promise<Sent> => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await until('the receipt', () => receipts(sent).length === 1);
    await until('the other copy', () => copies(afripol, sent).length === 1);
    return sent;
  };

  test('goes to no recipient whose receipt is on the ledger, narrows nothing for it, and has the receipt forwarded again', async () => {
    const sent = await send();
    await hub.policy(IMPORT('interpol'), OPEN('interpol-import') + NOTHING('interpol'));
    await europol.sendAgain(sent);
    await until('the receipt again', () => receipts(sent).length === 2);
    await until('the other copy again', () => copies(afripol, sent).length === 2);
    const [first, second] = receipts(sent);
    expect(second).toEqual(first);
    expect(copies(interpol, sent)).toHaveLength(1);
    expect(narrowings(sent)).toEqual([]);
  });

  test('with its notice moved to another frame goes only to recipients that have not answered, and is counted once', async () => {
    const notice = await europol.issue();
    const first = await europol.frame([notice, await europol.issue()]);
    await europol.send(first);
    await until('the receipt', () => receipts(first).length === 1);
    await until('the other copy', () => copies(afripol, first).length === 1);
    await hub.policy(IMPORT('interpol'), OPEN('interpol-import') + NOTHING('interpol'));
    const second = await europol.frame([notice]);
    for (const round of [1, 2]) {
      await europol.sendAgain(second);
      await until('the receipt for the first', () => receipts(first).length === 1 + round);
      await until('the other copy again', () => copies(afripol, second).length === round);
    }
    expect(copies(interpol, second)).toEqual([]);
    expect(narrowings(second)).toEqual([]);
    const { decisions } = await europol.reportOn(second);
    expect(decisions.map(({ to, outcome }) => `${to} ${outcome}`)).toContain('interpol delivered');
    const { jti } = (await europol.reportOn(first)).notices[0] ?? {};
    await until('the event', () => hub.events.some((one) => one.jti === jti));
    expect(hub.events.filter((one) => one.jti === jti && one.event === 'submitted')).toHaveLength(1);
  });

  test('with its notice moved to another frame and its report sent along goes once to a recipient of the earlier frame', async () => {
    const notice = await europol.issue();
    const first = await europol.frame([notice, await europol.issue()]);
    await europol.send(first);
    await until('the receipt', () => receipts(first).length === 1);
    const second = await europol.frame([notice]);
    await europol.send(second);
    await europol.reportOn(second);
    const kept = europol.reports.find(({ id }) => id === second.id);
    for (const round of [1, 2]) {
      await europol.sendAgain(second, kept && frames.record.decode(kept.bytes));
      await until('the receipt for it', () => receipts(second).length === round);
    }
    expect(copies(interpol, second)).toHaveLength(1);
    expect(narrowings(second)).toEqual([]);
  });

  test('delivers only once a notice that it holds twice, as it did the first time', async () => {
    const notice = await europol.issue();
    const sent = await europol.frame([notice, notice]);
    await europol.send(sent);
    await until('the copy', () => copies(afripol, sent).length === 1);
    await europol.sendAgain(sent);
    await until('the copy again', () => copies(afripol, sent).length === 2);
    expect(copies(afripol, sent).map(({ parts }) => parts.length)).toEqual([1, 1]);
  });

  test('reports an ended notice only once, even when another frame holds it twice', async () => {
    const at = new Date(hub.clock().getTime() - DAY + HOUR / 2);
    const notice = await europol.issue({
      at,
      header: { reviewAfter: 'P1D', expiresAfter: 'P1D', addressees: ['interpol'] },
    });
    const first = await europol.frame([notice]);
    await europol.send(first);
    await until('the receipt', () => receipts(first).length === 1);
    hub.clock.move(HOUR);
    const again = await europol.frame([notice, notice]);
    await europol.send(again);
    // Read strictly, like every reader of the ledger.
    const { notices, denials, refusals } = await europol.reportOn(again);
    expect([notices.length, denials.map(({ to }) => to)]).toEqual([1, [['afripol']]]);
    expect(refusals.map(({ index, code }) => [index, code])).toEqual([[1, 'superseded']]);
  });

  test('has its recorded narrowings sent to the originator again', async () => {
    const sent = await send();
    await hub.policy(IMPORT('afripol'), OPEN('afripol-import') + NOTHING('afripol'));
    await europol.sendAgain(sent);
    await until('the narrowing', () => narrowings(sent).length === 1);
    await until('the receipt again', () => receipts(sent).length === 2);
    await europol.sendAgain(sent);
    await until('the narrowing again', () => narrowings(sent).length === 2);
    const [first, second] = narrowings(sent);
    expect(Buffer.from(second?.bytes ?? [])).toEqual(Buffer.from(first?.bytes ?? []));
    expect(first?.report.decisions.map(({ to, outcome }) => `${to} ${outcome}`)).toEqual(['afripol denied']);
  });
});

describe('router: a frame that fails and is redelivered', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  /** Recipe steps whose delivery fails this often. */
  const failing = (failures: number): RecipeSteps => {
    let left = failures;
    return {
      ...noticeSteps,
      deliver: async (of, recorded) => {
        left -= 1;
        if (left >= 0) throw fail('oversize', 'the message is larger than the broker accepts');
        return noticeSteps.deliver(of, recorded);
      },
    };
  };

  test('raises an alarm with the code of the failure', async () => {
    const router = await hub.start({ steps: failing(3) });
    await hub.open(router);
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await europol.reportOn(sent);
    await until('the alarm', () =>
      hub.events.some(({ event, ...about }) => event === 'alarm' && about['what'] === 'frame-stuck'),
    );
    const alarm = hub.events.find((about) => about['what'] === 'frame-stuck');
    expect(alarm).toMatchObject({ code: 'oversize', originator: 'europol' });
    await router.stop();
  });

  test('is charged to the quota of its organisation once', async () => {
    await hub.amend((source) => {
      const { organisations } = source;
      const one = organisations['europol'];
      if (one === undefined) throw new Error('no europol');
      return {
        ...source,
        organisations: { ...organisations, europol: { ...one, quotas: { perMinute: 1 } } },
      };
    });
    // A second charge would wait for the next minute.
    const router = await hub.start({ steps: failing(2) });
    await hub.open(router);
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    expect((await europol.reportOn(sent)).notices).toHaveLength(1);
    // Nor is it charged when its outbox offers it again.
    const before = europol.reports.length;
    await europol.sendAgain(sent);
    await until('the report again', () => europol.reports.length > before);
    await router.stop();
  });

  test('waits while the quota of its organisation is 0', async () => {
    const quota = (perMinute: number): Promise<void> =>
      hub.amend((source) => {
        const { organisations } = source;
        const one = organisations['europol'];
        if (one === undefined) throw new Error('no europol');
        return { ...source, organisations: { ...organisations, europol: { ...one, quotas: { perMinute } } } };
      });
    await quota(0);
    const router = await hub.start();
    await hub.open(router);
    const before = europol.reports.length;
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await delay(1_000);
    expect(europol.reports).toHaveLength(before);
    await quota(600);
    expect((await europol.reportOn(sent)).notices).toHaveLength(1);
    await router.stop();
  });
});
