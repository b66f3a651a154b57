import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningConsole, startConsole } from '../console/start-console.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { until } from '../support/until.js';
import { BUILT } from './look.js';
import { openPage } from './open-page.js';
import { shortId } from '../../services/shared/notice/short-id.js';

const jti = (number: number): string => `01890a5d-ac96-774b-bcce-${String(number).padStart(12, '0')}.1`;
const shown = (number: number): string => shortId(jti(number));
/** Returns the notice of the focused row, and whether the row is visible. */
const FOCUSED = `(() => {
  const row = document.activeElement.closest('tr[data-key]');
  if (row === null) return null;
  const { top, bottom } = row.getBoundingClientRect();
  const list = row.closest('.list').getBoundingClientRect();
  return { jti: row.querySelector('.jti').textContent, isSeen: top >= list.top && bottom <= list.bottom };
})()`;
/** Returns the notice of the first row that is completely below the header. */
const TOP = `(() => {
  const line = document.querySelector('.list thead').getBoundingClientRect().bottom;
  const rows = [...document.querySelectorAll('tr[data-key]')];
  return rows.find((row) => row.getBoundingClientRect().top >= line).querySelector('.jti').textContent;
})()`;

describeWhere(chromiumPath !== undefined, enableBrowser)('reading the live tail in Chromium', () => {
  let browser: Browser;
  let site: RunningConsole;
  let page: Page;
  let sent = 0;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    site = await startConsole({ page: BUILT });
    sent = 0;
    await deliver(300);
    page = await openPage(browser, site, { path: '/?event=delivered' });
    await page.getByText(shown(300)).waitFor();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await site?.close();
  });

  const deliver = async (count: number): Promise<void> => {
    for (let times = 0; times < count; times += 1) {
      sent += 1;
      const facts = { event: 'delivered', jti: jti(sent), outcome: 'delivered' };
      site.say('status.delivered.europol.afripol.red', facts);
    }
    await site.heard();
  };
  const newEvents = () =>
    page.getByRole('region', { name: 'Status events' }).getByRole('button', { name: /new$/ });
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const enterList = (): Promise<void> => page.getByRole('region', { name: 'Status events' }).focus();

  test('a focused row keeps its place while more events arrive than are rendered; a button counts and shows them', async () => {
    await enterList();
    await press('ArrowDown', 'ArrowDown', 'ArrowDown');
    const before = { jti: shown(298), isSeen: true };
    expect(await page.evaluate(FOCUSED)).toEqual(before);
    await deliver(500);
    await page.getByRole('button', { name: '500 new' }).waitFor();
    expect(await page.evaluate(FOCUSED)).toEqual(before);
    await press('ArrowDown');
    expect(await page.evaluate(FOCUSED)).toEqual({ jti: shown(297), isSeen: true });
    expect(await newEvents().textContent()).toBe('500 new');
    await newEvents().click();
    await page.getByText(shown(800)).waitFor();
    await deliver(1);
    await page.getByText(shown(801)).waitFor();
    expect(await newEvents().count()).toBe(0);
  });

  test('a scrolled list stays in place until it is scrolled back to the top', async () => {
    await page.locator('.list').hover();
    await page.mouse.wheel(0, 1_000);
    await until('another row on top', async () => (await page.evaluate(TOP)) !== shown(300));
    const top = await page.evaluate(TOP);
    await deliver(500);
    await page.getByRole('button', { name: '500 new' }).waitFor();
    expect(await page.evaluate(TOP)).toBe(top);
    await page.mouse.wheel(0, -5_000);
    await page.getByText(shown(800)).waitFor();
    expect(await newEvents().count()).toBe(0);
  });

  test('an opened row is marked and stays; when it is closed it has the focus', async () => {
    await enterList();
    await press('ArrowDown', 'ArrowDown', 'Enter');
    const detail = page.getByRole('complementary', { name: 'Event' });
    await detail.waitFor();
    await deliver(500);
    await page.getByRole('button', { name: '500 new' }).waitFor();
    const marked = page.locator('tr[aria-current="true"]');
    expect(await marked.locator('.jti').allTextContents()).toEqual([shown(299)]);
    await press('Escape');
    await detail.waitFor({ state: 'detached' });
    expect(await marked.count()).toBe(0);
    await expect.poll(() => page.evaluate(FOCUSED)).toEqual({ jti: shown(299), isSeen: true });
    await press('ArrowDown');
    expect(await page.evaluate(FOCUSED)).toEqual({ jti: shown(298), isSeen: true });
  });

  test('the button shows and follows new events while a row is open', async () => {
    await page.locator('tr[data-key]').first().click();
    await deliver(500);
    await newEvents().click();
    await page.getByText(shown(800)).waitFor();
    await deliver(1);
    await page.getByText(shown(801)).waitFor();
    expect(await page.getByRole('complementary', { name: 'Event' }).count()).toBe(1);
  });

  test('a row has an accessible name with its event, kind, route and time', async () => {
    await enterList();
    await press('ArrowDown');
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const names = nodes.filter(({ role }) => role?.value === 'row').map(({ name }) => String(name?.value));
    expect(names).toContainEqual(expect.stringMatching(/^delivered red europol to afripol, \d\d:/));
  });

  test('the list is a named table with named columns, also on a narrow screen that hides them', async () => {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      const table = page.getByRole('table', { name: 'Status events' });
      expect(await table.getByRole('columnheader').allTextContents()).toEqual([
        expect.stringMatching(/^time [A-Z]/),
        'event',
        'kind',
        'from → to',
        'notice',
        'sections · rules',
      ]);
    }
  });
});
