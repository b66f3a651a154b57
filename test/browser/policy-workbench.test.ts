import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { type RunningConsole, startConsole } from '../console/start-console.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';
import { until } from '../support/until.js';
import { FAINT, OVERFLOW } from './look.js';
import { editorOf, writeRules } from './write-rules.js';

const BUILT = join(projectRoot, 'dist/services/console/page');
const LIVE = readFileSync(join(projectRoot, 'policies/europol/export.cedar'), 'utf8');
const CONDITION = 'when { principal.agreements.contains(OrgId::"europol") }';
const HOSTILE = `// <img src=x onerror="window.ran=1"><script>window.ran=1</script>\n`;
/** The analyses take seconds to minutes, depending on the machine. */
const ANALYSIS_TIMEOUT_MS = 300_000;

interface OpenParams {
  readonly who?: string;
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

describeWhere(chromiumPath !== undefined, enableBrowser)('policy workbench in Chromium', () => {
  let browser: Browser;
  let site: RunningConsole;
  beforeAll(async () => {
    browser = await openBrowser();
    site = await startConsole({ page: BUILT });
    site.changeCallers((callers) =>
      callers.map((caller) =>
        caller.name === 'afripol' ? caller : { ...caller, scopes: ['viewer', 'author'] },
      ),
    );
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  async function open(
    path: string,
    { who = 'europol', width = 1280, scheme = 'light' }: OpenParams = {},
  ): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    page.setDefaultTimeout(ANALYSIS_TIMEOUT_MS);
    await page.goto(`${site.url}${path}`);
    await page.getByLabel('Token').fill(site.tokens[who] ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
  }

  const findings = (page: Page) => page.getByRole('list', { name: 'Findings' }).getByRole('button');

  test('an error is marked while typing, links to its place, and disappears once it is fixed', async () => {
    const page = await open('/policies');
    await writeRules(page, LIVE.replace('resource.kind', 'resource.kidn'));
    const finding = findings(page).first();
    await finding.waitFor();
    const [, line = '', column = ''] = /export\.cedar:(\d+):(\d+)/.exec(await finding.innerText()) ?? [];
    expect(await finding.innerText()).toContain('did you mean');
    await page.locator('.cm-lint-marker-error').first().waitFor();
    await finding.click();
    // What is typed next stands at the place of the finding.
    await page.keyboard.type('¶');
    expect(await page.locator('.cm-activeLineGutter').last().innerText()).toBe(line);
    const written = await page.locator('.cm-line', { hasText: '¶' }).innerText();
    expect(written.indexOf('¶') + 1).toBe(Number(column));
    await writeRules(page, LIVE);
    await page.getByText('no findings').waitFor();
    expect(await page.locator('.cm-lint-marker').count()).toBe(0);
  }, 400_000);

  test('a loosened condition is listed as loosened, and the downloaded file holds the edited text', async () => {
    const page = await open('/policies?file=europol/export.cedar&show=diff');
    const text = `${HOSTILE}${LIVE.replace(CONDITION, 'when { true }')}`;
    await writeRules(page, text);
    const loosened = page.getByRole('region', { name: 'Loosened' });
    await loosened.waitFor();
    expect(await loosened.innerText()).toContain('eur-export-01-agreement');
    expect(await loosened.innerText()).toContain('not approved');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('export.cedar');
    expect(readFileSync(await download.path(), 'utf8')).toBe(text);
    expect(await page.evaluate('window.ran')).toBeUndefined();
  }, 400_000);

  test('what is typed is completed with words of the schema and the directory, by keyboard alone', async () => {
    const page = await open('/policies?file=europol/export.cedar');
    const options = page.getByRole('listbox').getByRole('option');
    // CodeMirror ignores Enter for 75 ms after a list opened, so that it is not accepted unseen.
    const accept = async (): Promise<void> => {
      await page.waitForTimeout(200);
      await page.keyboard.press('Enter');
    };
    await writeRules(page, 'permit (principal, action, resource)\nwhen { ');
    await page.keyboard.type('resource.ki');
    await until('the words to be loaded', async () => {
      await page.keyboard.press('Control+Space');
      return (await options.filter({ hasText: 'kind' }).count()) > 0;
    });
    await accept();
    await page.keyboard.type(' == Kind::"pur');
    await options.filter({ hasText: 'purple' }).waitFor();
    await accept();
    await page.keyboard.press('End');
    await page.keyboard.type(' && principal.agreements.contains(OrgId::"gcc');
    await options.filter({ hasText: 'gccpol' }).waitFor();
    await accept();
    expect(await page.locator('.cm-line').last().innerText()).toContain(
      'resource.kind == Kind::"purple" && principal.agreements.contains(OrgId::"gccpol")',
    );
  }, 400_000);

  test('Tab leaves the editor, and nothing of it breaks the content security policy', async () => {
    const page = await open('/policies?file=europol/export.cedar');
    await page.evaluate(`window.stopped = [];
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => window.stopped.push(effectiveDirective));`);
    await writeRules(page, LIVE.replace('resource.kind', 'resource.kidn'));
    await page.locator('.cm-lint-marker-error').first().hover();
    await page.locator('.cm-diagnostic').first().waitFor();
    await editorOf(page).press('Control+Space');
    await editorOf(page).press('Escape');
    await editorOf(page).press('Tab');
    expect(await page.evaluate('document.activeElement?.className ?? ""')).not.toBe('editor');
    expect(await editorOf(page).getAttribute('aria-multiline')).toBe('true');
    expect(await page.evaluate('window.stopped')).toEqual([]);
  }, 400_000);

  test.each(['light', 'dark'] as const)('every colour of the editor can be read in %s', async (scheme) => {
    const page = await open('/policies?file=europol/export.cedar', { scheme });
    await editorOf(page).waitFor();
    const faint = FAINT.replace('document.body', "document.querySelector('.editor').shadowRoot");
    expect(faint).not.toBe(FAINT);
    expect(await page.evaluate(faint)).toEqual([]);
  });

  test('no panel overflows at 400 px', async () => {
    const page = await open('/policies', { width: 400 });
    for (const name of ['Cases', 'Who sees', 'What changes', 'Exchange map']) {
      await page.getByRole('button', { name }).click();
      const status = page.getByRole('status');
      await status.filter({ hasText: /./ }).first().waitFor();
      await until('the answers', async () => (await status.filter({ hasText: 'working' }).count()) === 0);
      expect([name, await page.evaluate(OVERFLOW)]).toEqual([name, 0]);
    }
  }, 600_000);

  test('a viewer without the role `author` has no link to the workbench and does not load its script', async () => {
    const page = await open('/policies', { who: 'afripol' });
    expect(await page.getByRole('link', { name: 'Policies' }).count()).toBe(0);
    await page.getByText('Live', { exact: true }).waitFor();
    const scripts = await page.evaluate(
      "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('policies-view'))",
    );
    expect(scripts).toEqual([]);
  });
});
