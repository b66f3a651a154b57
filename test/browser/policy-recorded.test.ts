import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { type Exchange, NOTICE, startExchange } from '../console/exchange.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { writeRules } from './write-rules.js';
import { BUILT, FAINT, NAMELESS, OVERFLOW } from './look.js';

const POLICIES = join(projectRoot, 'policies');
const LIVE = readFileSync(join(POLICIES, 'europol/export.cedar'), 'utf8');
const EDITED = `${LIVE}
@id("eur-export-99")
@reason("all")
forbid (principal, action, resource);
`;
/** The analyses take seconds to minutes, depending on the machine. */
const ANALYSIS_TIMEOUT_MS = 300_000;

describeWhere(chromiumPath !== undefined, enableBrowser)(
  'policy workbench in Chromium: recorded notices',
  () => {
    let browser: Browser;
    let exchange: Exchange;
    beforeAll(async () => {
      browser = await openBrowser();
      exchange = await startExchange({ page: BUILT, policies: POLICIES });
      exchange.site.changeCallers((callers) =>
        callers.map((caller) => ({ ...caller, scopes: ['viewer', 'author'] })),
      );
    });
    afterAll(async () => {
      await browser?.close();
      await exchange?.close();
    });
    afterEach(async () => {
      exchange.silence(false);
      await Promise.all(browser.contexts().map((context) => context.close()));
    });

    async function open(path: string, { who = 'europol', width = 1280 } = {}): Promise<Page> {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      page.setDefaultTimeout(ANALYSIS_TIMEOUT_MS);
      await page.goto(`${exchange.site.url}${path}`);
      await page.getByLabel('Token').fill(exchange.site.tokens[who] ?? '');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      return page;
    }
    const change = (page: Page) => writeRules(page, EDITED);
    const choose = (page: Page) =>
      page.getByRole('region', { name: 'Who sees' }).locator('select').first().selectOption('recorded');
    const show = (name: string) => `/policies?file=europol/export.cedar&show=${name}`;

    test.each([1280, 400])(
      'at %d px a new forbid lists the recorded notice that would be decided differently',
      async (width) => {
        const page = await open(show('diff'), { width });
        await change(page);
        const again = page.getByRole('region', { name: 'On the last 1 recorded notices' });
        const link = again.getByRole('link', { name: `${NOTICE}.1` });
        await link.waitFor();
        expect(await link.getAttribute('href')).toBe(`/notice/${NOTICE}.1`);
        expect(await again.innerText()).toMatch(/1 would be decided differently/);
        expect(await again.innerText()).toMatch(/red of europol[\s\S]*tightened no longer receives it/);
        expect(await page.evaluate(OVERFLOW)).toBe(0);
        expect(await page.evaluate(NAMELESS)).toEqual([]);
        await page.getByRole('region', { name: 'Tightened' }).waitFor();
        expect(await page.evaluate(FAINT)).toEqual([]);
      },
      400_000,
    );

    test('the matrix of a recorded notice marks the cells that the edit changes', async () => {
      const page = await open(show('sees'));
      await choose(page);
      const panel = page.getByRole('region', { name: 'Who sees' });
      await panel.getByText('same as live').waitFor();
      expect(await panel.innerText()).toContain(NOTICE);
      await change(page);
      await panel.getByText('recipients differ from the live rules').waitFor();
      expect(await panel.locator('td.changed').count()).toBeGreaterThan(0);
      expect(await page.evaluate(NAMELESS)).toEqual([]);
    }, 400_000);

    test('an author without recorded notices sees a message that there are none', async () => {
      const page = await open('/policies?file=interpol/export.cedar&show=sees', { who: 'interpol' });
      await choose(page);
      await page.getByText('No notice of yours is recorded yet.').waitFor();
      await page.getByRole('button', { name: 'What changes' }).click();
      await page.getByRole('region', { name: 'On recorded notices' }).getByText('none recorded').waitFor();
      await page.getByText('No notice of yours is recorded yet.').waitFor();
      expect(await page.getByText(NOTICE).count()).toBe(0);
    }, 400_000);

    test('a silent auditor is reported, and the comparison over the attribute domain is shown', async () => {
      exchange.silence(true);
      const page = await open(show('diff'));
      await change(page);
      const again = page.getByRole('region', { name: 'On recorded notices' });
      await again.getByText('the auditor does not answer').waitFor();
      await page.getByRole('region', { name: 'Tightened' }).waitFor();
      await page.getByRole('button', { name: 'Who sees' }).click();
      await choose(page);
      await page.getByText('the auditor does not answer').waitFor();
    }, 400_000);
  },
);
