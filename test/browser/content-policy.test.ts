import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { type RunningConsole, startConsole } from '../console/start-console.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { until } from '../support/until.js';

const BUILT = join(projectRoot, 'dist/services/console/page');
const HOSTILE = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>`;
/** Records the directives that blocked something, before any script of the page runs. */
const WATCH = `window.stopped = [];
addEventListener('securitypolicyviolation', ({ effectiveDirective }) => window.stopped.push(effectiveDirective));`;

describeWhere(chromiumPath !== undefined, enableBrowser)(
  'content security policy of the page in Chromium',
  () => {
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
    const start = async (): Promise<RunningConsole> => (site = await startConsole({ page: BUILT }));

    test.each([
      ['hostile markup in the document is blocked by the policy', true],
      ['hostile markup in the document runs without the policy', false],
    ])('%s', async (_law, isKept) => {
      const { url } = await start();
      const page = await browser.newPage();
      await page.addInitScript(WATCH);
      // A document with hostile markup, as if the page did not use text nodes.
      await page.route(`${url}/`, async (route) => {
        const { 'content-security-policy': policy = '', ...headers } = (await route.fetch()).headers();
        const body = `<!doctype html><body>${HOSTILE}<img src="http://127.0.0.1:9/x"></body>`;
        await route.fulfill({
          body,
          headers: {
            'content-type': headers['content-type'] ?? '',
            ...(isKept ? { 'content-security-policy': policy } : {}),
          },
        });
      });
      await page.goto(url);
      await page.waitForLoadState('networkidle');
      // The browser reports what it blocked after it blocked it.
      const stopped = async (): Promise<readonly string[]> =>
        [...new Set((await page.evaluate('window.stopped')) as string[])].toSorted();
      await expect.poll(stopped).toEqual(isKept ? ['img-src', 'script-src-attr', 'script-src-elem'] : []);
      expect(await page.evaluate('window.ran')).toBe(isKept ? undefined : 1);
    });

    test.each([
      [
        'an inline handler',
        'require-trusted-types-for',
        `const image = Object.assign(document.createElement('img'), { src: '/nothing' });
       document.body.append(image);
       image.setAttribute('onerror', 'window.ran = 1');`,
      ],
      [
        'an inline script',
        'require-trusted-types-for',
        `const script = document.createElement('script');
       script.append('window.ran = 1');
       document.body.append(script);`,
      ],
      [
        'an address that is a script',
        'script-src-elem',
        `const link = Object.assign(document.createElement('a'), { href: 'javascript:window.ran = 1' });
       document.body.append(link);
       link.click();`,
      ],
    ])('%s added to the page is blocked by the directive %s', async (_what, rule, inject) => {
      const { url } = await start();
      const page = await browser.newPage();
      await page.addInitScript(WATCH);
      await page.goto(url);
      await page.getByLabel('Token').waitFor();
      expect(await page.evaluate('window.stopped')).toEqual([]);
      await page.evaluate(`try { ${inject} } catch {}`);
      await until('the directive', async () =>
        ((await page.evaluate('window.stopped')) as string[]).includes(rule),
      );
      expect(await page.evaluate('window.ran')).toBeUndefined();
    });
  },
);
