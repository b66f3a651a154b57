import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readFederation, signHomeDirectory } from '../../services/cli/init/home-directory.js';
import type { ShownSession } from '../../services/console/shown.js';
import { listen } from '../console/listen.js';
import { type RunningConsole, startConsole } from '../console/start-console.js';
import type { Broker } from '../support/broker.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { until } from '../support/until.js';
import { BUILT, CUT, FAINT, FAINT_EDGES, HOSTILE, NAMELESS, OVERFLOW } from './look.js';
import { openPage, type OpenPageOptions } from './open-page.js';
import { shortId } from '../../services/shared/notice/short-id.js';

describeWhere(chromiumPath !== undefined, enableBrowser)('console page in Chromium', () => {
  let browser: Browser;
  let site: RunningConsole | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await site?.close();
    site = undefined;
  });

  const start = async (prepare?: (broker: Broker) => Promise<void>): Promise<RunningConsole> =>
    (site = await startConsole({ page: BUILT, ...(prepare === undefined ? {} : { prepare }) }));

  const open = (running: RunningConsole, options: OpenPageOptions = {}): Promise<Page> =>
    openPage(browser, running, options);

  const live = (page: Page): Promise<void> => page.getByText('Live', { exact: true }).waitFor();
  const jti = (number: number): string => `01890a5d-ac96-774b-bcce-${String(number).padStart(12, '0')}.1`;
  const deliver = ({ say }: RunningConsole, from: number, to: number): void => {
    for (let number = from; number <= to; number += 1)
      say('status.delivered.europol.afripol.red', {
        event: 'delivered',
        jti: jti(number),
        outcome: 'delivered',
      });
  };
  /** Returns the number of rows without the header. */
  const rowCount = async (page: Page): Promise<number> =>
    Number(await page.getByRole('table').first().getAttribute('aria-rowcount')) - 1;

  test('markup in names and events is shown as text and runs nothing', async () => {
    const running = await start(async ({ home, orgs }) => {
      const all = readFederation();
      const organisations = orgs.map((org) => [
        org,
        { ...all.organisations[org], name: HOSTILE, seat: HOSTILE, agreements: [] },
      ]);
      const facts = { ...all, organisations: Object.fromEntries(organisations) };
      await signHomeDirectory(home, { facts, now: new Date() });
    });
    const page = await open(running);
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => void dialogs.push(dialog.message()));
    await live(page);
    const facts = {
      jti: HOSTILE,
      sections: [HOSTILE],
      rules: [HOSTILE],
      code: HOSTILE,
      what: HOSTILE,
      frame: HOSTILE,
    };
    running.say('status.refused.europol.afripol.red', { event: HOSTILE, outcome: HOSTILE, ...facts });
    await page.locator('tr[data-key]').first().click();
    await page.getByRole('complementary', { name: 'Event' }).waitFor();
    await expect.poll(() => page.getByRole('complementary').textContent()).toContain(HOSTILE);
    // No hostile value gets into a command to copy.
    expect(await page.locator('.command').count()).toBe(0);
    await page.getByRole('link', { name: 'Flow' }).click();
    await page.getByRole('heading', { name: 'Organisations' }).waitFor();
    await expect.poll(() => page.locator('main').textContent()).toContain(HOSTILE);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(dialogs).toEqual([]);
  });

  test('text never becomes markup or script, even by a script of the page itself', async () => {
    const page = await open(await start());
    const attempts = [
      `document.body.innerHTML = '<b>x</b>'`,
      `document.body.insertAdjacentHTML('beforeend', '<b>x</b>')`,
      `document.body.setAttribute('onclick', 'window.ran=1')`,
      `document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran=1' }))`,
      `Object.assign(document.createElement('script'), { src: '/x.js' })`,
      `trustedTypes.createPolicy('mine', { createHTML: (text) => text })`,
    ];
    for (const attempt of attempts) {
      const stopped = await page.evaluate(
        `(() => { try { ${attempt}; return 'ran' } catch { return 'stopped' } })()`,
      );
      expect([attempt, stopped]).toEqual([attempt, 'stopped']);
    }
    expect(await page.evaluate('window.ran')).toBeUndefined();
  });

  test('a viewer of one organisation sees only the events of its own pairs', async () => {
    const running = await start();
    for (const [originator, recipient] of [
      ['europol', 'interpol'],
      ['europol', 'afripol'],
      ['afripol', 'interpol'],
    ]) {
      for (const event of ['delivered', 'denied', 'received'])
        running.say(`status.${event}.${originator}.${recipient}.red`, {
          event,
          rules: [`${originator}-${recipient}`],
        });
    }
    await running.heard();
    const page = await open(running, { who: 'afripol', path: '/?subject=status.>&from=europol,afripol' });
    await live(page);
    await expect
      .poll(() => page.locator('.pair').allTextContents())
      .toEqual([...Array.from({ length: 3 }, () => 'afripol → interpol'), 'europol → afripol']);
    expect(await page.content()).not.toMatch(/europol-interpol|europol-afripol/);
    await page.getByRole('link', { name: 'Flow' }).click();
    await page.getByLabel('count').selectOption('delivered and redacted');
    await page.getByRole('link', { name: 'afripol to interpol: 1 delivered' }).waitFor();
    expect(await page.locator('.matrix a').count()).toBe(1);
  });

  test('a paused tail counts new events and shows them all after Resume', async () => {
    const running = await start();
    const page = await open(running);
    await live(page);
    deliver(running, 1, 100);
    await until('100 rows', async () => (await rowCount(page)) === 100);
    await page.keyboard.press(' ');
    deliver(running, 101, 350);
    await page.getByText('250 new').waitFor();
    expect(await rowCount(page)).toBe(100);
    await page.getByRole('button', { name: 'Resume' }).click();
    await until('all rows', async () => (await rowCount(page)) === 350);
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect
      .poll(() => page.locator('.jti').allTextContents())
      .toEqual(Array.from({ length: 350 }, (_, index) => shortId(jti(350 - index))));
  });

  test('a tail paused until its buffer is full leaves the rest to the console and continues after the last held event', async () => {
    const running = await start();
    const page = await open(running);
    const asked: URL[] = [];
    page.on('request', (request) => void asked.push(new URL(request.url())));
    await live(page);
    await page.keyboard.press(' ');
    for (let part = 0; part < 7; part += 1) {
      deliver(running, part * 1_000 + 1, part * 1_000 + 1_000);
      await running.heard();
    }
    await page.getByText('5,000+ new').waitFor();
    await page.getByText('Paused: the console keeps new events').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText(shortId(jti(7_000))).waitFor();
    await live(page);
    const after = asked.map(({ searchParams }) => searchParams.get('after')).find((place) => place !== null);
    // The 5,000 held rows included four marks of `heard`: 4,996 deliveries were shown, and the rest begins at 4,997.
    const rest = await running.rows(`event=delivered&after=${after}`);
    expect(rest.map(({ jti }) => jti)).toEqual(
      Array.from({ length: 2_004 }, (_, index) => jti(4_997 + index)),
    );
  });

  test('at a thousand events per second the tail renders 200 rows and its controls respond', async () => {
    const running = await start();
    const page = await open(running);
    await live(page);
    for (let second = 0; second < 7; second += 1) {
      deliver(running, second * 1_000 + 1, second * 1_000 + 1_000);
      await running.heard();
    }
    await page.getByText(shortId(jti(7_000))).waitFor();
    expect(await page.locator('tr[data-key]').count()).toBe(200);
    expect(await rowCount(page)).toBeLessThanOrEqual(5_500);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
  });

  test('the tail keeps its filters in the address, and reports an invalid subject or time', async () => {
    const running = await start();
    running.say('status.denied.europol.afripol.red', { event: 'denied' });
    running.say('status.delivered.europol.interpol.blue', { event: 'delivered' });
    await running.heard();
    const page = await open(running);
    await page.getByText('event any').click();
    await page.getByRole('checkbox', { name: 'denied' }).check();
    await until('one row', async () => (await page.locator('.pair').count()) === 1);
    await page.getByLabel('subject').fill('status.*.europol.>');
    await page.getByLabel('subject').press('Enter');
    await until('the address', () => page.url().endsWith('/?event=denied&subject=status.*.europol.%3E'));
    await page.reload();
    await page.getByText('europol → afripol').waitFor();
    expect(await page.locator('.pair').count()).toBe(1);
    await page.getByLabel('subject').fill('status.>.red');
    await page.getByLabel('subject').press('Enter');
    await page.getByText('token 2 of the subject is outside the grammar').waitFor();
    await page.goto(`${running.url}/?since=xyz`);
    await page.getByText('since is a time such as 2026-11-25T10:00:00Z').waitFor();
  });

  test('a filter chosen in the first frame takes effect', async () => {
    const running = await start();
    deliver(running, 1, 1);
    running.say('status.denied.europol.interpol.blue', { event: 'denied' });
    await running.heard();
    const page = await open(running);
    await page.addInitScript(`new MutationObserver((_changes, observer) => {
      const labels = [...document.querySelectorAll('.filters label')];
      const denied = labels.find(({ textContent }) => textContent === 'denied');
      if (denied === undefined) return;
      observer.disconnect();
      denied.querySelector('input').click();
    }).observe(document, { childList: true, subtree: true });`);
    await page.reload();
    await page.getByText('event denied').waitFor();
    await until('one row', async () => (await page.locator('.pair').count()) === 1);
  });

  test('the tail by keyboard: arrow keys move, Enter opens an event, Escape closes it', async () => {
    const running = await start();
    deliver(running, 1, 3);
    await running.heard();
    const page = await open(running);
    // The three deliveries, below the mark of `heard`.
    await page.locator('tr[data-key]').nth(3).waitFor();
    await page.getByRole('region', { name: 'Status events, newest first' }).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    const detail = page.getByRole('complementary', { name: 'Event' });
    await detail.getByText('scripts/liaison notice show').waitFor();
    // No tail command: a tail in a terminal starts now and would not show this event.
    const id = jti(2).slice(0, -2);
    expect(await detail.locator('.command').allTextContents()).toEqual([
      `scripts/liaison notice show ${id} --org europolCopy`,
    ]);
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
  });

  test('the tail shows a gap, reports a lost console or broker, and catches up', async () => {
    const running = await start();
    const page = await open(running);
    await live(page);
    deliver(running, 1, 1);
    await page.getByText(shortId(jti(1))).waitFor();
    await running.stopConsole();
    await page.getByText('The console does not answer').waitFor();
    deliver(running, 2, 4);
    await running.startConsole();
    deliver(running, 5, 5);
    await page.getByText(shortId(jti(5))).waitFor();
    await page.getByText('3 events of router-1 not received').waitFor();
    await live(page);
    await running.broker.stop('SIGKILL');
    await page.getByText('disconnected from the broker').waitFor();
    await running.broker.start();
    await live(page);
    await expect
      .poll(() => page.locator('.jti').allTextContents())
      .toEqual([5, 1].map((number) => shortId(jti(number))));
  });

  test('the tail reports the limit of live streams and connects as soon as one is free', async () => {
    const running = await start();
    const headers = { authorization: `Bearer ${running.tokens['federation']}` };
    const listeners = await Promise.all(
      Array.from({ length: 8 }, () => listen(`${running.url}/v1/status/stream`, headers)),
    );
    const page = await open(running);
    await page.getByText('The console has reached its limit of live streams').waitFor();
    listeners[0]?.close();
    await live(page);
    for (const { close } of listeners) close();
  });

  test.each([
    { width: 400, scheme: 'light' },
    { width: 400, scheme: 'dark' },
    { width: 2000, scheme: 'light' },
    { width: 2000, scheme: 'dark' },
  ] as const)(
    'without data at $width px, $scheme: each view shows that it is empty, fits, is legible, and every control has a name',
    async (look) => {
      const page = await open(await start(), look);
      await live(page);
      await page.getByText('No events yet.').waitFor();
      for (const heading of ['Live tail', 'Flow', 'Notice', 'Quarantine']) {
        await page.getByRole('link', { name: heading }).click();
        await page.getByRole('heading', { name: heading, exact: true }).waitFor({ state: 'attached' });
        if (heading === 'Flow') await page.getByRole('heading', { name: 'Organisations' }).waitFor();
        if (heading === 'Quarantine') await page.getByText('the auditor does not answer').waitFor();
        expect(await page.evaluate(OVERFLOW)).toBe(0);
        expect(await page.evaluate(FAINT)).toEqual([]);
        expect(await page.evaluate(FAINT_EDGES)).toEqual([]);
        expect(await page.evaluate(NAMELESS)).toEqual([]);
      }
    },
  );

  test('the tail and the flow with data are legible in both themes', async () => {
    const running = await start();
    for (const event of [
      'submitted',
      'delivered',
      'redacted',
      'denied',
      'parked',
      'received',
      'alarm',
      'expired',
    ])
      for (let times = 0; times < 20; times += 1)
        running.say(`status.${event}.europol.afripol.red`, {
          event,
          code: 'full',
          rules: ['a'],
          jti: jti(times),
        });
    await running.heard();
    for (const scheme of ['light', 'dark'] as const) {
      const page = await open(running, { scheme });
      await page.locator('tr[data-key]').first().click();
      expect(await page.evaluate(FAINT)).toEqual([]);
      await page.getByRole('link', { name: 'Flow' }).click();
      await page.locator('.matrix a').first().waitFor();
      expect(await page.evaluate(FAINT)).toEqual([]);
    }
  });

  test.each([1440, 900])(
    'at %d px no cell of the tail is cut off, for every kind of event',
    async (width) => {
      const running = await start();
      const { events } = JSON.parse((await running.get('/v1/session')).text) as ShownSession;
      for (const event of events)
        running.say(`status.${event}.ameripol.aseanapol.yellow`, { event, jti: jti(1) });
      await running.heard();
      const page = await open(running, { width });
      await page.locator('.event').getByText('quarantined').waitFor();
      await expect.poll(() => page.locator('tr[data-key]').count()).toBeGreaterThanOrEqual(events.length);
      expect(await page.evaluate(CUT)).toEqual([]);
    },
  );

  test('the page sends requests to the console only, and loads in less than 150 kB', async () => {
    const running = await start();
    const page = await browser.newPage();
    const asked: string[] = [];
    const sizes: Promise<number>[] = [];
    page.on('request', (request) => void asked.push(request.url()));
    page.on('requestfinished', (request) => {
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await page.goto(running.url);
    await page.getByLabel('Token').waitFor();
    await page.waitForLoadState('networkidle');
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((url) => !url.startsWith(running.url))).toEqual([]);
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(150_000);
  });
});
