import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../console/exchange.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { BUILT, FAINT, NAMELESS, OVERFLOW, OVERFLOW_BELOW } from './look.js';
import { openPage, type OpenPageOptions } from './open-page.js';

describeWhere(chromiumPath !== undefined, enableBrowser)('ledger view in Chromium', () => {
  let browser: Browser;
  let exchange: Exchange;
  beforeAll(async () => {
    browser = await openBrowser();
    exchange = await startExchange({ page: BUILT });
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser?.close();
    await exchange?.close();
  });

  const open = (options: OpenPageOptions = {}): Promise<Page> =>
    openPage(browser, exchange.site, { path: '/ledger', ...options });

  test('the navigation leads to the newest checkpoint and to each witness, with how far it is behind', async () => {
    const page = await open({ path: '/' });
    await page.getByRole('link', { name: 'Ledger' }).click();
    await page.getByRole('heading', { name: 'Newest checkpoint' }).waitFor();
    expect(await page.title()).toBe('Ledger · Liaison console');
    await page.getByText('no quorum yet').waitFor();
    const witnesses = page.getByRole('table').getByRole('row');
    const orgs = exchange.site.broker.orgs;
    expect(await witnesses.count()).toBe(orgs.length + 1);
    for (const org of orgs)
      await page.getByRole('row', { name: new RegExp(`^${org}\\s+–\\s+all$`) }).waitFor();
  });

  test('a viewer of one organisation has no view of the ledger', async () => {
    const page = await open({ who: 'europol' });
    await page.getByRole('link', { name: 'Live tail' }).waitFor();
    expect(await page.getByRole('link', { name: 'Ledger' }).count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Newest checkpoint' }).count()).toBe(0);
  });

  test.for([
    [1280, 'light'],
    [1280, 'dark'],
    [400, 'light'],
    [400, 'dark'],
  ] as const)('at %i pixels, %s: nothing overflows, is faint or has no name', async ([width, scheme]) => {
    const page = await open({ width, scheme });
    await page.getByRole('table').waitFor();
    expect(await page.evaluate(OVERFLOW)).toBe(0);
    expect(await page.evaluate(OVERFLOW_BELOW)).toBe(0);
    expect(await page.evaluate(FAINT)).toEqual([]);
    expect(await page.evaluate(NAMELESS)).toEqual([]);
  });
});
