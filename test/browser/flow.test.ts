import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RunningConsole, startConsole } from '../console/start-console.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { BUILT } from './look.js';
import { openPage } from './open-page.js';

/** Returns for each cell of the organisations: its column, its display, and its height in lines. */
const CELLS = `[...document.querySelectorAll('.organisations tbody tr')].flatMap((row) =>
  [...row.querySelectorAll('td')].map((cell) => ({
    word: cell.dataset.word,
    display: getComputedStyle(cell).display,
    lines: Math.round(cell.clientHeight / parseFloat(getComputedStyle(row).lineHeight)),
  })))`;

interface Cell {
  readonly word: string;
  readonly display: string;
  readonly lines: number;
}

const CODES = [
  'issuer-mismatch',
  'token-malformed',
  'frame-unreadable',
  'routing-missing',
  'signature-invalid',
  'frame-id-mismatch',
  'key-not-yet-valid',
];

describeWhere(chromiumPath !== undefined, enableBrowser)('flow view in Chromium', () => {
  let browser: Browser;
  let site: RunningConsole;
  beforeAll(async () => {
    browser = await openBrowser();
    site = await startConsole({ page: BUILT });
    const say = (subject: string, code?: string): void =>
      site.say(`status.${subject}.red`, {
        event: subject.split('.')[0] ?? '',
        jti: 'a.1',
        ...(code === undefined ? {} : { code }),
      });
    for (const route of ['europol.afripol', 'afripol.interpol', 'europol.interpol']) {
      say(`submitted.${route.split('.')[0]}._`);
      say(`delivered.${route}`);
      say(`received.${route}`);
    }
    for (const code of CODES) say('refused.interpol._', code);
    await site.heard();
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const cellsOf = async (page: Page, from: string): Promise<readonly string[]> =>
    page.locator('.matrix tbody tr').filter({ hasText: from }).locator('td').allTextContents();
  const cellOf = (page: Page, org: string, word: string): Promise<string | null> =>
    page
      .locator('.organisations tbody tr')
      .filter({ hasText: org })
      .locator(`[data-word="${word}"]`)
      .textContent();

  test('a viewer of an organisation sees `?` where it may not see a count, and receipts first', async () => {
    const page = await openPage(browser, site, { who: 'afripol', path: '/flow' });
    await page.getByRole('link', { name: 'europol to afripol: 1 receipted' }).waitFor();
    expect(await page.getByLabel('count').inputValue()).toBe('received');
    // The columns are interpol, europol, afripol.
    expect(await cellsOf(page, 'europol')).toEqual(['?', '', expect.stringMatching(/^1/)]);
    expect(await cellsOf(page, 'afripol')).toEqual([expect.stringMatching(/^1/), '·', '']);
    await page.getByLabel('count').selectOption('delivered and redacted');
    await expect.poll(() => cellsOf(page, 'europol')).toEqual(['?', '', '?']);
    expect(await cellsOf(page, 'interpol')).toEqual(['', '?', '?']);
    for (const word of ['sent', 'last contact', 'refusals'])
      expect([word, await cellOf(page, 'europol', word)]).toEqual([word, '?']);
    for (const word of ['pending', 'oldest', 'parked', 'deferred'])
      expect([word, await cellOf(page, 'afripol', word)]).toEqual([word, '?']);
    expect(await cellOf(page, 'afripol', 'sent')).toBe('1');
    expect(await cellOf(page, 'afripol', 'last contact')).toMatch(/ago$/);
  });

  test('a viewer of the federation sees every count and no `?`', async () => {
    const page = await openPage(browser, site, { path: '/flow' });
    await page.getByRole('link', { name: 'europol to afripol: 1 delivered' }).waitFor();
    expect(await page.locator('.flow').innerText()).not.toContain('?');
  });

  test('a count of the matrix links to its events in the same window', async () => {
    const page = await openPage(browser, site, { path: '/flow?window=24h' });
    await page.getByRole('link', { name: 'europol to afripol: 1 delivered' }).click();
    await page.getByText('europol → afripol').waitFor();
    expect(new URL(page.url()).searchParams.get('since')).toBe('24h');
    await page.goto(`${site.url}/flow`);
    await page.getByRole('link', { name: 'europol to afripol: 1 delivered' }).click();
    await page.getByText('europol → afripol').waitFor();
    expect(new URL(page.url()).searchParams.get('since')).toBe('15m');
  });

  test.each([1440, 900])(
    'at %d px all cells of the organisations have one layout and at most six lines',
    async (width) => {
      const page = await openPage(browser, site, { path: '/flow', width });
      await page.getByRole('link', { name: 'europol to afripol: 1 delivered' }).waitFor();
      const cells = (await page.evaluate(CELLS)) as readonly Cell[];
      expect(cells.length).toBeGreaterThan(20);
      expect(new Set(cells.map(({ display }) => display)).size).toBe(1);
      expect(cells.filter(({ lines }) => lines > 6)).toEqual([]);
    },
  );
});
