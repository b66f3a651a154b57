import { afterEach, describe, expect, test } from 'vitest';
import type { ShownFlow } from '../../../services/console/shown.js';
import { SILENT_AFTER_MS } from '../../../services/shared/runtime/silent-after.js';
import { until } from '../../support/until.js';
import { listen } from '../listen.js';
import { type PlayedRouter, playRouter } from '../played-router.js';
import { type RunningConsole, startConsole } from '../start-console.js';

let site: RunningConsole;
let routers: readonly PlayedRouter[] = [];
afterEach(async () => {
  await site.close();
  for (const { close } of routers) close();
  routers = [];
});

const start = async (count: number): Promise<readonly PlayedRouter[]> => {
  routers = await Promise.all(Array.from({ length: count }, playRouter));
  site = await startConsole({ routerUrls: routers.map(({ url }) => url) });
  return routers;
};
const flow = async (who = 'federation'): Promise<ShownFlow> =>
  JSON.parse((await site.get('/v1/flow?window=15m', who)).text) as ShownFlow;
const isSilent = async (org: string, who?: string): Promise<boolean | undefined> =>
  (await flow(who)).organisations.find(({ id }) => id === org)?.silent;
const say = (event: string, pair: string, jti: string): void =>
  site.say(`status.${event}.${pair}.red`, { event, jti });

describe('console flow: silence', () => {
  test('a router is shown as ready, as not ready with its reasons, or as silent with the duration', async () => {
    const [first, second] = await start(2);
    const states = async () => (await flow()).routers.map(({ state }) => state).join();
    await until('both', async () => (await states()) === 'ready,ready');
    first?.say(['auditor-silent']);
    second?.freeze();
    await until('silence', async () => (await states()) === 'not-ready,silent');
    const [one, two] = (await flow()).routers;
    expect(one).toEqual({ state: 'not-ready', reasons: ['auditor-silent'], silentMs: null });
    expect(two?.silentMs).toBeGreaterThanOrEqual(SILENT_AFTER_MS);
    first?.say([]);
    second?.thaw();
    await until('both', async () => (await states()) === 'ready,ready');
    expect((await flow()).routers[1]).toEqual({ state: 'ready', reasons: [], silentMs: null });
  });

  test('a listener gets heartbeats with the time since a router last answered', async () => {
    const [first, second] = await start(2);
    const headers = { authorization: `Bearer ${site.tokens['federation']}` };
    const stream = await listen(`${site.url}/v1/status/stream`, headers);
    const silences = () => stream.of('alive').map(({ silentMs }) => silentMs);
    await until('a sign of life', () => silences().length > 0);
    first?.freeze();
    // One of the routers answers.
    await until('one silent router', async () => (await flow()).routers[0]?.state === 'silent');
    expect(silences().every((silence) => silence === null)).toBe(true);
    second?.freeze();
    await until('silence', () => Number(silences().at(-1)) >= SILENT_AFTER_MS);
    second?.thaw();
    await until('a voice', () => silences().at(-1) === null);
    stream.close();
  });

  test('an organisation is silent if it has not acted since a delivery to it', async () => {
    await start(1);
    const began = Date.now();
    say('delivered', 'europol.afripol', 'a.1');
    say('delivered', 'europol.interpol', 'a.1');
    // One receipt event of interpol was missed, but it answered a later delivery.
    say('delivered', 'europol.interpol', 'b.1');
    say('received', 'europol.interpol', 'b.1');
    await site.heard();
    const wasSilent = await isSilent('afripol');
    // Unless the first answer itself came after the time of silence.
    if (Date.now() - began < SILENT_AFTER_MS) expect(wasSilent).toBe(false);
    await until('silence', () => isSilent('afripol').then(Boolean));
    expect(await isSilent('interpol')).toBe(false);
    // A refused message in its name is no contact.
    say('quarantined', 'afripol._', 'c.1');
    say('refused', 'afripol._', 'd.1');
    await site.heard();
    expect(await isSilent('afripol')).toBe(true);
    say('received', 'europol.afripol', 'a.1');
    await site.heard();
    expect(await isSilent('afripol')).toBe(false);
  });

  test('no organisation is called silent while no router answers', async () => {
    const [router] = await start(1);
    say('delivered', 'europol.afripol', 'a.1');
    await site.heard();
    await until('silence', () => isSilent('afripol').then(Boolean));
    router?.freeze();
    await until('a silent router', async () => (await flow()).routers[0]?.state === 'silent');
    expect(await isSilent('afripol')).toBe(false);
  });
});

test('console flow: alarms of the hub are shown to viewers of the federation only', async () => {
  const [, second] = await start(2);
  const at = new Date().toISOString();
  const alarm = { alarm: 'inbox-away', code: 'timed-out', place: null, since: at, last: at, count: 3 };
  second?.raise([alarm, 'not one']);
  await until('it is shown', async () => (await flow()).alarms.length > 0);
  expect((await flow()).alarms).toEqual([
    {
      process: 'router-2',
      means: expect.stringContaining('inbox'),
      ...alarm,
      acknowledged: null,
      findings: [],
    },
  ]);
  expect((await flow('europol')).alarms).toEqual([]);
  expect((await site.get('/v1/flow?window=15m', 'europol')).text).not.toContain('inbox-away');
});
