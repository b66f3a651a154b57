import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Exchange, LIVED, NOTICE, RECALLED, startExchange } from '../console/exchange.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { BUILT, FAINT, HOSTILE, NAMELESS, OVERFLOW, OVERFLOW_BELOW } from './look.js';
import { openPage, type OpenPageOptions } from './open-page.js';

describeWhere(chromiumPath !== undefined, enableBrowser)('notice view in Chromium', () => {
  let browser: Browser;
  let exchange: Exchange;
  beforeAll(async () => {
    browser = await openBrowser();
    exchange = await startExchange({ page: BUILT, life: true });
    const { say, heard } = exchange.site;
    say('status.redacted.europol.interpol.red', {
      event: 'redacted',
      jti: `${NOTICE}.1`,
      outcome: 'redacted',
    });
    await heard();
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser?.close();
    await exchange?.close();
  });

  const open = (options: OpenPageOptions = {}): Promise<Page> => openPage(browser, exchange.site, options);

  const recipient = (page: Page, org: string) => page.getByRole('region', { name: new RegExp(`^${org}`) });

  test('a link to a notice shows each recipient with outcome, stages, history, sections and reasons', async () => {
    const page = await open({ path: `/notice/${NOTICE}.1` });
    await page.getByRole('heading', { name: 'red notice of europol' }).waitFor();
    expect(await page.title()).toBe('Notice · Liaison console');
    expect(await page.getByText('1 redacted, 1 denied').count()).toBe(1);
    const interpol = await recipient(page, 'interpol').innerText();
    const stages = recipient(page, 'interpol').getByRole('list', { name: 'Stages' }).getByRole('listitem');
    expect((await stages.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/^✓ accepted reached \d/),
      expect.stringMatching(/^✓ routed reached redacted \d/),
      expect.stringMatching(/^✓ delivered reached \d/),
      expect.stringMatching(/^✓ held reached \d/),
    ]);
    expect(interpol).toMatch(/received .*on the ledger/);
    expect(interpol).toMatch(/delivered .*status event/);
    expect(interpol).toMatch(/announced\s+biometrics/);
    const afripol = await recipient(page, 'afripol').innerText();
    expect(afripol).toContain('No rule permits it.');
    expect(afripol).toContain('afr-blue: a rule of a test');
    expect(afripol).toContain('kind: red; required: blue');
  });

  test('a row of the tail and its detail link to the notice, and Back returns to the tail', async () => {
    const page = await open();
    await page.locator('.jti a').first().click();
    await page.getByRole('heading', { name: 'red notice of europol' }).waitFor();
    await page.goBack();
    await page.locator('tr:has(.jti a) .event').first().click();
    await page.getByRole('complementary', { name: 'Event' }).getByRole('link').click();
    await recipient(page, 'afripol').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/notice/${NOTICE}.1`);
  });

  test('a search by id, by keyboard, puts the id into the address; an unknown id is reported', async () => {
    const page = await open();
    await page.getByRole('link', { name: 'Notice', exact: true }).click();
    await page.getByText('Why did a notice go where it went').waitFor();
    await page.getByRole('textbox', { name: 'notice' }).fill(` ${NOTICE} `);
    await page.getByRole('textbox', { name: 'notice' }).press('Enter');
    await recipient(page, 'interpol').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/notice/${NOTICE}`);
    await page.getByRole('textbox', { name: 'notice' }).fill(NOTICE.replace(/.$/, '9'));
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('No such notice.').waitFor();
    expect(await recipient(page, 'interpol').count()).toBe(0);
  });

  test('the commands to copy show the notice at its originator and explain the decision', async () => {
    const page = await open({ path: `/notice/${NOTICE}` });
    await recipient(page, 'afripol').getByText('In a terminal').click();
    const [show, ...explain] = await page.locator('.command code').allTextContents();
    expect(show).toBe(`scripts/liaison notice show ${NOTICE} --org europol`);
    const line = explain.find((text) => text.includes('"to":"afripol"')) ?? '';
    const question = /^printf %s '([^']+)' \| scripts\/liaison policy explain -$/.exec(line)?.[1] ?? '';
    expect(JSON.parse(question)).toMatchObject({ from: 'europol', to: 'afripol', header: { kind: 'red' } });
  });

  test('markup in the address is shown as text, refused, and runs nothing', async () => {
    const page = await open({ path: `/notice/${encodeURIComponent(HOSTILE)}` });
    await page.getByText('That is not the id of a notice.').waitFor();
    expect(await page.locator('main').getByRole('alert').innerText()).not.toContain('`');
    expect(await page.getByRole('textbox', { name: 'notice' }).inputValue()).toBe(HOSTILE);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    for (const path of ['/notice/..%2F..%2Fv1%2Fsession', '/notice/a/b/../c', '/notice/%2500']) {
      await page.goto(`${exchange.site.url}${path}`);
      await page.getByText('That is not the id of a notice.').waitFor();
    }
  });

  test('a viewer of a recipient sees only its own card; after a denial it sees the same as for an unknown id', async () => {
    const own = await open({ who: 'interpol', path: `/notice/${NOTICE}` });
    await recipient(own, 'interpol').waitFor();
    expect(await own.locator('.recipient').count()).toBe(1);
    expect(await own.locator('main').innerText()).not.toMatch(/afripol|eur-members|arrest|In a terminal/);
    const denied = await open({ who: 'afripol', path: `/notice/${NOTICE}` });
    await denied.getByText('No such notice.').waitFor();
    const shown = await denied.locator('main').innerText();
    await denied.goto(`${exchange.site.url}/notice/${NOTICE.replace(/.$/, '9')}`);
    await denied.getByText('No such notice.').waitFor();
    expect(await denied.locator('main').innerText()).toBe(shown);
  });

  test('shows the life of a notice: each step with the answers of its holders, and who owes one', async () => {
    const page = await open({ path: `/notice/${LIVED}` });
    const life = page.getByRole('region', { name: 'Life of the notice of europol in force' });
    await life.waitFor();
    expect(await life.innerText()).toMatch(/Ends \d+ \w+ \d{4}, [\d:]+, in [\d,]+ days\./);
    const steps = await life.locator('.steps > li').allInnerTexts();
    const patterns = [/issued.*held/s, /suspended.*under-review until.*held/s, /resumed.*held/s];
    const asked = [/requested.*arrest.*biometrics declined/s, /declined.*not-available.*held/s];
    const all = [...patterns, ...asked, /restricted.*by-originator.*judicial owes an answer since/s];
    expect(steps).toEqual(all.map((pattern) => expect.stringMatching(pattern)));
  });

  test('shows the federation a recall with both operators and every answer, and a holder its own answer without names', async () => {
    const page = await open({ path: `/notice/${RECALLED}` });
    const life = page.getByRole('region', { name: 'Life of the notice of europol recalled' });
    await life.waitFor();
    const steps = await life.locator('.steps > li').allInnerTexts();
    expect(steps.slice(1)).toEqual([
      expect.stringMatching(/recall proposed.*federation-rule.*Signed by demonstration operator\./s),
      expect.stringMatching(
        /recalled.*Signed by demonstration operator on .*, then by B\. Example on .*interpol\s+destroyed/s,
      ),
    ]);
    const own = await open({ who: 'interpol', path: `/notice/${RECALLED}` });
    const seen = own.getByRole('region', { name: 'Life of the notice of europol recalled' });
    await seen.waitFor();
    const text = await seen.innerText();
    expect(text).toMatch(/recalled.*federation-rule.*interpol\s+destroyed/s);
    expect(text).not.toMatch(/proposed|Signed|Example/);
  });

  test.each(['europol', 'interpol'])('shows %s the life without any control that signs', async (who) => {
    const page = await open({ who, path: `/notice/${LIVED}` });
    await page.getByRole('region', { name: /^Life of/ }).waitFor();
    expect(await page.locator('main').getByRole('button').allInnerTexts()).toEqual(
      who === 'europol' ? ['Look again', 'Copy'] : ['Look again'],
    );
    expect(await page.locator('main input').count()).toBe(1);
    if (who === 'interpol') expect(await page.locator('main').innerText()).not.toMatch(/afripol|record \d/);
  });

  test('a silent auditor is reported, and Try again shows the notice once it answers', async () => {
    exchange.silence(true);
    const page = await open({ path: `/notice/${NOTICE}` });
    await page.getByText('the auditor does not answer').waitFor();
    exchange.silence(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await recipient(page, 'interpol').waitFor();
  });

  test.each([
    { width: 400, scheme: 'light' },
    { width: 400, scheme: 'dark' },
    { width: 2000, scheme: 'light' },
    { width: 2000, scheme: 'dark' },
  ] as const)('at $width px, $scheme: fits, is legible, and every control has a name', async (look) => {
    const page = await open({ ...look, path: `/notice/${LIVED}` });
    await recipient(page, 'afripol').waitFor();
    const closed = page.locator('section details:not([open]) > summary');
    while ((await closed.count()) > 0) await closed.first().click();
    expect(await page.evaluate(OVERFLOW)).toBe(0);
    // The page itself does not scroll: there is one scrollbar.
    expect(await page.evaluate(OVERFLOW_BELOW)).toBe(0);
    expect(await page.evaluate(FAINT)).toEqual([]);
    expect(await page.evaluate(NAMELESS)).toEqual([]);
  });
});
