import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const DAY = 86_400_000;
let hub: TestHub;
let router: TestRouter;
let europol: PlayedGateway;
let interpol: PlayedGateway;

beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol'] });
  router = await hub.start({ clockRestMs: 600_000 });
  await hub.open(router);
  [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
  await Promise.all([europol.listen(), interpol.listen()]);
});
afterAll(() => hub?.close());

test('router: a clock that is days ahead for a moment, also on the auditor’s machine, causes no final refusal', async () => {
  const short = { header: { expiresAfter: 'P1D', reviewAfter: 'P1D' } };
  const [early, late] = await Promise.all([
    europol.frame([await europol.issue(short)]),
    europol.frame([await europol.issue(short)]),
  ]);
  await europol.send(early);
  await until('the delivery', () => interpol.held.length === 1);
  await until('the frame to be gone', async () => (await hub.broker.count('europol', 'OUT')) === 0);
  hub.clock.move(3 * DAY);
  await until('a heartbeat by the wrong clock', () => {
    const codes = router.reasons().map(({ code }) => code);
    return !codes.includes('auditor-silent');
  });
  expect(router.reasons().map(({ code }) => code)).toEqual(['clock-ahead']);
  // Sends the delivered frame again, and a frame that the router does not know.
  await europol.send(early);
  await europol.send(late);
  await until('both wait', async () => (await hub.broker.count('europol', 'OUT')) === 2);
  hub.clock.move(-3 * DAY);
  await until('the second delivery', () => interpol.held.some(({ frame }) => frame === late.id));
  const reports = [await europol.reportOn(late), await europol.reportOn(early)];
  expect(reports.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(europol.reports.map(({ report }) => report.reason)).not.toContain('narrowing');
  expect(router.reasons()).toEqual([]);
});
