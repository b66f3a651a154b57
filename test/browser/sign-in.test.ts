import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RunningConsole, startConsole } from '../console/start-console.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { BUILT } from './look.js';
import { openPage } from './open-page.js';

const jti = (n: number): string => `01890a5d-ac96-774b-bcce-${String(n).padStart(12, '0')}.1`;

describeWhere(chromiumPath !== undefined, enableBrowser)(
  'console page in Chromium: sign-in and first pages',
  () => {
    let browser: Browser;
    let site: RunningConsole;
    beforeAll(async () => {
      browser = await openBrowser();
      site = await startConsole({ page: BUILT });
    });
    afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    const newCode = async (who: string): Promise<string> => {
      const headers = { authorization: `Bearer ${site.tokens[who]}` };
      const answer = await fetch(`${site.url}/v1/session/codes`, { method: 'POST', headers });
      return ((await answer.json()) as { readonly code: string }).code;
    };
    const signedIn = (page: Page): Promise<void> => page.getByRole('button', { name: 'Sign out' }).waitFor();

    test('the field for the token has the focus', async () => {
      const page = await browser.newPage();
      await page.goto(site.url);
      await page.getByLabel('Token').and(page.locator(':focus')).waitFor();
      await page.keyboard.type(site.tokens['europol'] ?? '');
      await page.keyboard.press('Enter');
      await signedIn(page);
    });

    test('a link signs in once, is removed from the address, and is in no request’s address', async () => {
      const code = await newCode('europol');
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url(), JSON.stringify(request.headers())));
      await page.goto(`${site.url}/flow#sign-in=${code}`);
      await signedIn(page);
      expect(page.url()).toBe(`${site.url}/flow`);
      expect(await page.getByText('europol · europol').count()).toBe(1);
      expect(asked.join()).not.toContain(code);
      const other = await browser.newContext();
      const again = await other.newPage();
      await again.goto(`${site.url}/#sign-in=${code}`);
      await again
        .getByRole('alert')
        .filter({ hasText: 'this link was already used or has expired' })
        .waitFor();
      expect(again.url()).toBe(`${site.url}/`);
    });

    test('a link does not replace the session of another viewer', async () => {
      const page = await openPage(browser, site, { who: 'afripol' });
      await page.goto('about:blank');
      await page.goto(`${site.url}/#sign-in=${await newCode('europol')}`);
      await signedIn(page);
      expect(await page.getByText('afripol · afripol').count()).toBe(1);
    });

    test('an unknown path is answered 404 with a page for browsers, and with a problem document for others', async () => {
      const page = await openPage(browser, site);
      const answer = await page.goto(`${site.url}/nothing/here`);
      expect([answer?.status(), answer?.headers()['content-type']]).toEqual([
        404,
        'text/html; charset=utf-8',
      ]);
      await page.getByRole('heading', { name: 'No such page.' }).waitFor();
      expect(await page.title()).toBe('No such page · Liaison console');
      for (const path of ['/nothing/here', '/v1/nothing']) {
        const accept = path.startsWith('/v1/') ? 'text/html' : '*/*';
        const plain = await fetch(`${site.url}${path}`, { headers: { accept } });
        expect([plain.status, plain.headers.get('content-type')]).toEqual([
          404,
          expect.stringContaining('application/problem+json'),
        ]);
      }
    });

    test('recent notices are listed below the search, filtered by the address, and open by their link', async () => {
      for (const [n, kind] of [
        [1, 'red'],
        [2, 'blue'],
      ] as const)
        site.say(`status.denied.europol.afripol.${kind}`, { event: 'denied', jti: jti(n) });
      await site.heard();
      const page = await openPage(browser, site, { path: '/notice' });
      const rows = page.getByRole('table', { name: 'Recent notices' }).locator('tbody tr');
      await rows.nth(1).waitFor();
      expect(await rows.first().textContent()).toContain('blueeuropol');
      await page.getByLabel('kind').selectOption('red');
      await rows.filter({ hasText: jti(2) }).waitFor({ state: 'detached' });
      expect(page.url()).toBe(`${site.url}/notice?kind=red`);
      expect(await rows.allTextContents()).toEqual([expect.stringContaining(`${jti(1)}afripol denied`)]);
      await rows.getByRole('link').click();
      await page.waitForURL(`${site.url}/notice/${jti(1)}`);
      await page.goBack();
      await rows.filter({ hasText: jti(1) }).waitFor();
    });
  },
);
