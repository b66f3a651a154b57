import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type PlayedRouter, playRouter } from '../console/played-router.js';
import { type RunningConsole, startConsole } from '../console/start-console.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { BUILT, FAINT, HOSTILE, NAMELESS, OVERFLOW, OVERFLOW_BELOW } from './look.js';
import { openPage, type OpenPageOptions } from './open-page.js';

const DIGEST = 'Zm9yIHRoZSByZWxlYXNlIG9mIGV1cm9wb2wgLSBhIGRpZ2VzdA';

describeWhere(chromiumPath !== undefined, enableBrowser)('members view in Chromium', () => {
  let browser: Browser;
  let router: PlayedRouter;
  let site: RunningConsole;
  beforeAll(async () => {
    browser = await openBrowser();
    router = await playRouter();
    site = await startConsole({ page: BUILT, routerUrls: [router.url] });
    const release = { version: 3, digest: DIGEST, adoptedAt: '2026-05-01T10:00:00.000Z' };
    const since = '2026-05-02T08:00:00.000Z';
    const keyRequests = ['policy', 'nkey', 'tail'].map((use) => ({ use, revokes: null, since }));
    const policies = { export: DIGEST, import: HOSTILE };
    router.know({
      europol: { policies, release, keyRequests },
      afripol: { policies, release: null, keyRequests: [] },
    });
    site.say('status.submitted.europol._.red', { event: 'submitted' });
    await site.heard();
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    router?.close();
  });

  const open = (options: OpenPageOptions = {}): Promise<Page> =>
    openPage(browser, site, { path: '/members', ...options });

  test('the navigation leads to every member, a link to its rules and keys, and a button back, all by keyboard', async () => {
    const page = await open({ path: '/' });
    await page.getByRole('link', { name: 'Members' }).press('Enter');
    await page.getByRole('row', { name: /^europol .*in force .*release 3/ }).waitFor();
    expect(await page.title()).toBe('Members · Liaison console');
    expect(await page.getByRole('row').count()).toBe(site.broker.orgs.length + 1);
    await page.getByRole('link', { name: 'europol' }).press('Enter');
    await page.getByRole('heading', { name: /^europol/ }).waitFor();
    for (const key of ['policy key', 'nkey of its gateway', 'nkey of its tail'])
      await page.getByText(`Asked for the next ${key}: waits since`).waitFor();
    await page.getByRole('row', { name: /^europol:notice:1 notice in force/ }).waitFor();
    expect(await page.getByText(DIGEST).count()).toBe(2);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'afripol' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: /^europol/ }).waitFor();
  });

  test('a viewer of one organisation has no view of members', async () => {
    const page = await open({ who: 'europol' });
    await page.getByRole('link', { name: 'Live tail' }).waitFor();
    expect(await page.getByRole('link', { name: 'Members' }).count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Members of the directory' }).count()).toBe(0);
  });

  test('an unknown member is named as such', async () => {
    const page = await open({ path: '/members/unknown' });
    await page.getByText('No such member.').waitFor();
  });

  test.for([
    [1280, 'light'],
    [1280, 'dark'],
    [400, 'light'],
    [400, 'dark'],
  ] as const)('at %i pixels, %s: nothing overflows, is faint or has no name', async ([width, scheme]) => {
    const page = await open({ width, scheme });
    for (const path of ['/members', '/members/europol']) {
      await page.goto(`${site.url}${path}`);
      await page.getByRole('table').waitFor();
      expect(await page.evaluate(OVERFLOW)).toBe(0);
      expect(await page.evaluate(OVERFLOW_BELOW)).toBe(0);
      expect(await page.evaluate(FAINT)).toEqual([]);
      expect(await page.evaluate(NAMELESS)).toEqual([]);
      expect(await page.evaluate('window.ran')).toBeUndefined();
    }
  });
});
