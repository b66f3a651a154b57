import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { playRouter } from '../console/played-router.js';
import { type RunningConsole, startConsole } from '../console/start-console.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { startStallingProxy } from '../support/http/stalling-proxy.js';
import { BUILT, FAINT } from './look.js';
import { openPage } from './open-page.js';

describeWhere(chromiumPath !== undefined, enableBrowser)('console page in Chromium: silent processes', () => {
  let browser: Browser;
  let site: RunningConsole | undefined;
  const closing: (() => void)[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await site?.close();
    for (const close of closing.splice(0)) close();
  });

  test('the flow and the tail report a router that does not answer, and its recovery', async () => {
    const router = await playRouter();
    closing.push(router.close);
    const running = (site = await startConsole({ page: BUILT, routerUrls: [router.url] }));
    const page = await openPage(browser, running, { path: '/flow' });
    const hub = page.getByRole('list', { name: 'Hub' });
    await hub.getByText('router ready').waitFor();
    router.freeze();
    await hub.getByText(/^router silent for \d/).waitFor();
    expect(await hub.locator('li.bad').allTextContents()).toContainEqual(
      expect.stringMatching(/^router silent/),
    );
    await page.getByRole('link', { name: 'Live tail' }).click();
    await page.getByText(/^No router has answered for \d/).waitFor();
    expect(await page.getByText('Live', { exact: true }).count()).toBe(0);
    router.thaw();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  test('the flow marks the silent organisation, legibly, and no other', async () => {
    const running = (site = await startConsole({ page: BUILT }));
    running.say('status.delivered.europol.afripol.red', { event: 'delivered', jti: 'a.1' });
    running.say('status.submitted.europol._.red', { event: 'submitted', jti: 'a.1' });
    await running.heard();
    for (const scheme of ['light', 'dark'] as const) {
      const page = await openPage(browser, running, { path: '/flow', scheme });
      await page.getByRole('row', { name: /^afripol .* silent/ }).waitFor();
      expect(await page.locator('.organisations').getByText('silent').count()).toBe(1);
      expect(await page.evaluate(FAINT)).toEqual([]);
    }
  });

  test('the page reports a console that hangs with open connections, and continues without a gap', async () => {
    const running = (site = await startConsole({ page: BUILT }));
    const proxy = await startStallingProxy(running.url);
    closing.push(proxy.close);
    const reached = { ...running, url: proxy.url };
    const say = (jti: string): void =>
      running.say('status.delivered.europol.afripol.red', { event: 'delivered', jti });
    const page = await openPage(browser, reached, { path: '/?event=delivered' });
    const flow = await openPage(browser, reached, { path: '/flow' });
    await page.getByText('Live', { exact: true }).waitFor();
    await flow.getByText('broker connected').waitFor();
    say('before');
    await page.getByText('before').waitFor();
    proxy.stall();
    await page.getByText('The console does not answer').waitFor();
    await flow.getByText('the console does not answer').waitFor();
    say('during');
    await running.heard();
    proxy.goOn();
    await page.getByText('Live', { exact: true }).waitFor();
    await flow.getByText('broker connected').waitFor();
    await expect.poll(() => page.locator('.jti').allTextContents()).toEqual(['during', 'before']);
  });
});
