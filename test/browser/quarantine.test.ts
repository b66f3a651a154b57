import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { startConsole } from '../console/start-console.js';
import { lateFrame } from '../router/receipts/late-key.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { startFederation, type TestFederation } from '../support/federation.js';
import { startHub } from '../support/hub.js';
import { describeWhere } from '../support/needs.js';
import { publishRogue } from '../support/streams/publish-rogue.js';
import { until } from '../support/until.js';
import { CUT, FAINT, FAINT_EDGES, NAMELESS, OVERFLOW } from './look.js';

/** Returns the members of the stored key, and the result of exporting it in each format; undefined if there is no key. */
const KEPT = `new Promise((resolve) => {
  const opening = indexedDB.open('liaison-console', 1);
  opening.onsuccess = () => {
    const reading = opening.result.transaction('keys').objectStore('keys').get('operator');
    reading.onsuccess = async () => {
      const kept = reading.result;
      if (kept === undefined) return resolve(undefined);
      const tries = ['jwk', 'pkcs8', 'raw'].map((format) =>
        crypto.subtle.exportKey(format, kept.key).then(() => 'given out', (error) => error.name));
      resolve({ members: Object.keys(kept).sort(), extractable: kept.key.extractable, tries: await Promise.all(tries) });
    };
  };
})`;

/** Adds one more link to the navigation, which must still fit. */
const ANOTHER_VIEW = `(() => {
  const link = document.querySelector('nav a').cloneNode();
  link.textContent = 'Policies';
  document.querySelector('nav').append(link);
})()`;
/** Returns the links of the navigation that are broken into two lines. */
const BROKEN_LINKS = `[...document.querySelectorAll('nav a')].filter((link) => {
  const words = document.createRange();
  words.selectNodeContents(link);
  return words.getClientRects().length !== 1;
}).map((link) => link.textContent)`;

describeWhere(chromiumPath !== undefined, enableBrowser)(
  'quarantine view in Chromium, in a federation',
  () => {
    let browser: Browser;
    let federation: TestFederation;
    let keyFile: string;
    /** Every request and WebSocket address of the pages in these tests. */
    const sent: string[] = [];

    beforeAll(async () => {
      [browser, federation] = await Promise.all([
        openBrowser(),
        startFederation({ env: { LIAISON_HOST_NAMES: 'console.test' } }),
      ]);
      keyFile = federation.home.operatorKey;
      await publishRogue(federation, 'foreign-statement');
    });
    afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
    afterAll(async () => {
      await browser?.close();
      await federation?.close();
    });

    const address = (path: string): string => `${federation.run().console}${path}`;

    interface OpenOptions {
      readonly who?: 'viewer' | 'operator';
      readonly width?: number;
      readonly scheme?: 'light' | 'dark';
    }

    async function open({
      who = 'operator',
      width = 1280,
      scheme = 'light',
    }: OpenOptions = {}): Promise<Page> {
      const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 900 } });
      page.on('request', (request) => {
        sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData()}`);
      });
      page.on('websocket', (socket) => void sent.push(socket.url()));
      await page.goto(address('/quarantine'));
      await page
        .getByLabel('Token')
        .fill(readFileSync(federation.home.hub('console', `${who}.token`), 'utf8'));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      return page;
    }

    const detail = (page: Page) => page.getByRole('complementary', { name: 'Entry' });
    const openEntry = async (page: Page, reason: string): Promise<void> => {
      await page.getByRole('row').filter({ hasText: reason }).getByRole('link').click();
      await detail(page).getByRole('definition').filter({ hasText: reason }).waitFor();
    };
    const choose = async (page: Page): Promise<void> => {
      await page.getByLabel('Choose operator key file').setInputFiles(keyFile);
      await page.getByText('Signs as demonstration operator').waitFor();
    };

    test('a viewer sees an entry and its record, and no command', async () => {
      const page = await open({ who: 'viewer' });
      await openEntry(page, 'issuer-mismatch');
      const text = await detail(page).innerText();
      expect(text).toMatch(/open.*issuer-mismatch.*europol.*a message of \d+ bytes.*out\.submission\./s);
      expect(text).toMatch(/digest\s+[0-9a-f]{64}/);
      const buttons = await detail(page).getByRole('button').allTextContents();
      expect(buttons).toEqual(['Close', 'Copy']);
      expect(await page.locator('input[type=file]').count()).toBe(0);
      await page.keyboard.press('Escape');
      await detail(page).waitFor({ state: 'detached' });
    });

    test('the commands are disabled until a key is chosen, and a key that is not an operator’s is refused', async () => {
      const page = await open();
      await openEntry(page, 'issuer-mismatch');
      const buttons = ['Dry run', 'Replay', 'Discard'].map((name) => page.getByRole('button', { name }));
      for (const button of buttons) expect(await button.isDisabled()).toBe(true);
      const alert = detail(page).getByRole('alert');
      const input = page.getByLabel('Choose operator key file');
      await input.setInputFiles(federation.home.org(parseOrgId('europol'), 'notice.jwk'));
      await alert.getByText('is for `notice`, not for `operator`').waitFor();
      await input.setInputFiles(federation.home.anchor);
      await alert.getByText('is for `root`, not for `operator`').waitFor();
      const stranger = JSON.parse(readFileSync(federation.home.hub('router', 'hub.jwk'), 'utf8')) as object;
      const file = join(federation.home.root, 'stranger.jwk');
      writeFileSync(file, JSON.stringify({ ...stranger, kid: 'hub:operator:1' }));
      await input.setInputFiles(file);
      await alert.getByText('is not listed in the directory of this federation').waitFor();
      expect(await page.evaluate(KEPT)).toBeUndefined();
      for (const button of buttons) expect(await button.isDisabled()).toBe(true);
      await choose(page);
      for (const button of buttons) await expect.poll(() => button.isEnabled()).toBe(true);
    });

    test('a key survives a reload, cannot be exported, and is deleted by Forget key and by signing out', async () => {
      const page = await open();
      await openEntry(page, 'issuer-mismatch');
      await choose(page);
      await page.reload();
      await page.getByText('Signs as demonstration operator').waitFor();
      const refused = 'InvalidAccessError';
      expect(await page.evaluate(KEPT)).toEqual({
        members: ['key', 'kid', 'x'],
        extractable: false,
        tries: [refused, refused, refused],
      });
      await page.getByRole('button', { name: 'Forget key' }).click();
      await page.getByLabel('Choose operator key file').waitFor({ state: 'attached' });
      await expect.poll(() => page.evaluate(KEPT)).toBeUndefined();
      await choose(page);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Token').waitFor();
      await expect.poll(() => page.evaluate(KEPT)).toBeUndefined();
    });

    test('a key is deleted when its session ends', async () => {
      const page = await open();
      await openEntry(page, 'issuer-mismatch');
      await choose(page);
      await page.context().clearCookies();
      await page.getByLabel('Token').waitFor();
      await expect.poll(() => page.evaluate(KEPT)).toBeUndefined();
    });

    test('a failed sign-out is reported, and the key is deleted all the same', async () => {
      const page = await open();
      await openEntry(page, 'issuer-mismatch');
      await choose(page);
      await page.route('**/v1/session', (route) => route.abort());
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('Still signed in: the console does not answer').waitFor();
      await expect.poll(() => page.evaluate(KEPT)).toBeUndefined();
      await page.unroute('**/v1/session');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Token').waitFor();
    });

    test('a dry run shows the outcome that a replay would have, and changes nothing', async () => {
      const page = await open();
      await openEntry(page, 'issuer-mismatch');
      await choose(page);
      await page.getByRole('button', { name: 'Dry run' }).click();
      await page.getByRole('status').getByText('would be refused: issuer-mismatch').waitFor();
      const done = page.getByRole('region', { name: 'History' });
      await done.getByText('dry-run by demonstration operator').waitFor();
      expect(await detail(page).getByRole('heading', { level: 2 }).textContent()).toContain('open');
    });

    test('a replay asks for confirmation; Escape cancels it and leaves the entry open', async () => {
      const page = await open();
      await openEntry(page, 'issuer-mismatch');
      await choose(page);
      const before = sent.length;
      await page.getByRole('button', { name: 'Replay' }).click();
      await page.getByRole('dialog').getByText('with every check').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await detail(page).isVisible()).toBe(true);
      expect(sent.slice(before).filter((text) => text.includes('/v1/commands'))).toEqual([]);
      await page.getByRole('button', { name: 'Replay' }).press('Enter');
      await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).press('Enter');
      await page.getByRole('status').getByText('refused: issuer-mismatch').waitFor();
    });

    test('a discard needs a note and closes the entry; every viewer of the federation sees its person and note', async () => {
      const page = await open();
      await openEntry(page, 'issuer-mismatch');
      await choose(page);
      await page.getByRole('button', { name: 'Discard' }).click();
      const dialog = page.getByRole('dialog');
      expect(await dialog.getByRole('button', { name: 'Discard' }).isDisabled()).toBe(true);
      await dialog.getByLabel('Why').fill('a rogue of a test');
      await dialog.getByRole('button', { name: 'Discard' }).press('Enter');
      await page.getByRole('status').getByText('discarded').waitFor();
      // The focus is on the progress of the command.
      await expect.poll(() => page.evaluate('document.activeElement.getAttribute("role")')).toBe('status');
      expect(await page.evaluate(CUT)).toEqual([]);
      await page.getByText('no command is possible').waitFor();
      await page.getByLabel('state').selectOption('open');
      await page.getByText('Nothing in quarantine matches.').waitFor();
      const viewer = await open({ who: 'viewer' });
      await openEntry(viewer, 'issuer-mismatch');
      await detail(viewer).getByText('“a rogue of a test”').waitFor();
      await detail(viewer).getByText('discard by demonstration operator').waitFor();
    });

    test('the filter of reasons offers every reason while one is chosen, also after a link', async () => {
      await publishRogue(federation, 'unreadable');
      const page = await open();
      const choices = (): Promise<string[]> =>
        page.getByLabel('reason').getByRole('option').allTextContents();
      await expect.poll(choices).toEqual(['any', 'frame-unreadable', 'issuer-mismatch']);
      await page.getByLabel('reason').selectOption('issuer-mismatch');
      await expect.poll(() => page.getByRole('row').filter({ hasText: 'frame-unreadable' }).count()).toBe(0);
      expect(await choices()).toEqual(['any', 'frame-unreadable', 'issuer-mismatch']);
      await page.reload();
      await expect.poll(choices).toEqual(['any', 'frame-unreadable', 'issuer-mismatch']);
    });

    test('closing an entry by keyboard returns the focus to its row', async () => {
      const page = await open();
      await page.getByRole('row').filter({ hasText: 'issuer-mismatch' }).getByRole('link').press('Enter');
      await detail(page).getByRole('definition').filter({ hasText: 'issuer-mismatch' }).first().waitFor();
      await page.keyboard.press('Escape');
      await detail(page).waitFor({ state: 'detached' });
      await expect
        .poll(() => page.evaluate('document.activeElement.closest("tr")?.textContent'))
        .toContain('issuer-mismatch');
    });

    test('a silent auditor is reported while the last list stays, and the page recovers by itself', async () => {
      const page = await open({ who: 'viewer' });
      await page.getByRole('row').first().waitFor();
      federation.kill('auditor', 'SIGSTOP');
      await page.getByText('the auditor does not answer; trying again').first().waitFor();
      expect(await page.getByRole('row').count()).toBeGreaterThan(0);
      federation.kill('auditor', 'SIGCONT');
      await until(
        'the message to disappear',
        async () => (await page.getByText('the auditor does not answer').count()) === 0,
      );
    });

    test('a page loaded over plain HTTP from another host says that it cannot sign, and has no input for a key', async () => {
      const far = await openBrowser(['--host-resolver-rules=MAP console.test 127.0.0.1']);
      const page = await far.newPage();
      await page.goto(address('/quarantine').replace('127.0.0.1', 'console.test'));
      await page
        .getByLabel('Token')
        .fill(readFileSync(federation.home.hub('console', 'operator.token'), 'utf8'));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('row').getByRole('link').first().click();
      await page.getByText('A browser signs only on a page loaded by https or from this machine').waitFor();
      expect(await page.locator('input[type=file]').count()).toBe(0);
      await far.close();
    });

    test.each([
      { width: 400, scheme: 'light' },
      { width: 400, scheme: 'dark' },
      { width: 2000, scheme: 'light' },
      { width: 2000, scheme: 'dark' },
    ] as const)(
      'at $width px, $scheme: fits, is legible, and every control has a name, the dialog included',
      async (look) => {
        await publishRogue(federation, 'unreadable');
        const page = await open(look);
        await page.evaluate(ANOTHER_VIEW);
        const checkAppearance = async (): Promise<void> => {
          expect(await page.evaluate(OVERFLOW)).toBe(0);
          expect(await page.evaluate(BROKEN_LINKS)).toEqual([]);
          expect(await page.evaluate(FAINT)).toEqual([]);
          expect(await page.evaluate(FAINT_EDGES)).toEqual([]);
          expect(await page.evaluate(NAMELESS)).toEqual([]);
          expect(await page.evaluate(CUT)).toEqual([]);
        };
        await page.getByRole('row').filter({ hasText: 'open' }).first().waitFor();
        await checkAppearance();
        await page.getByRole('row').filter({ hasText: 'open' }).getByRole('link').first().click();
        await checkAppearance();
        await choose(page);
        await page.getByRole('button', { name: 'Discard' }).click();
        await page.getByRole('dialog').getByLabel('Why').fill('x');
        await checkAppearance();
      },
    );

    test('the page never sends the private part of a key, and sends requests to the console only', () => {
      expect(sent.filter((text) => text.includes('/v1/commands')).length).toBeGreaterThan(3);
      expect(sent.filter((text) => !text.startsWith(address('/')))).toEqual([]);
      for (const path of [keyFile, federation.home.hub('router', 'hub.jwk')]) {
        const { d } = JSON.parse(readFileSync(path, 'utf8')) as { readonly d: string };
        const forms = [
          d,
          Buffer.from(d, 'base64url').toString('hex'),
          Buffer.from(d, 'base64url').toString('base64'),
        ];
        for (const form of forms) expect(sent.filter((text) => text.includes(form))).toEqual([]);
      }
    });
  },
);

describeWhere(chromiumPath !== undefined, enableBrowser)(
  'quarantine view in Chromium: a frame that a later key makes readable',
  () => {
    test('a dry run and a replay list the recipients of each notice; its organisation sees the entry without the commands', async () => {
      await using hub = await startHub();
      const router = await hub.start();
      await hub.open(router);
      const europol = await hub.gateway('europol');
      const late = await lateFrame(hub, europol, 2);
      await europol.send(late);
      const page = join(projectRoot, 'dist/services/console/page');
      const site = await startConsole({ broker: hub.broker, auditorUrl: hub.auditor.url(), page });
      site.changeCallers(([federation, ...others]) =>
        federation === undefined ? [] : [{ ...federation, scopes: ['viewer', 'operator'] }, ...others],
      );
      await until('the entry', async () => (await site.get('/v1/quarantine')).text.includes(late.entry));
      await late.list();
      const browser = await openBrowser();
      const open = async (who: string): Promise<Page> => {
        const page = await browser.newPage();
        await page.goto(`${site.url}/quarantine`);
        await page.getByLabel('Token').fill(site.tokens[who] ?? '');
        await page.getByRole('button', { name: 'Sign in' }).click();
        return page;
      };
      const operator = await open('federation');
      await operator.getByRole('row').getByRole('link').click();
      await operator.getByLabel('Choose operator key file').setInputFiles(hub.broker.home.operatorKey);
      await operator.getByRole('button', { name: 'Dry run' }).click();
      const said = operator.getByRole('status').filter({ hasText: 'Dry run' });
      await said.getByText('would be routed').waitFor();
      expect(await said.getByRole('region', { name: 'Notice' }).innerText()).toMatch(
        /^[0-9a-f-]{36}\.1\s+delivered\s+interpol afripol$/,
      );
      await operator.getByRole('button', { name: 'Replay' }).click();
      await operator.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
      await operator.getByRole('status').getByText('routed', { exact: true }).waitFor();
      await operator.getByText('It is replayed: no command is possible.').waitFor();
      const own = await open('europol');
      await own.getByRole('row').getByRole('link').click();
      await own.getByRole('complementary', { name: 'Entry' }).getByText('replayed').waitFor();
      expect(await own.content()).not.toMatch(/demonstration operator|dry-run|auditor’s file/);
      const other = await open('afripol');
      await other.getByText('Nothing is in quarantine.').waitFor();
      await other.goto(own.url());
      await other.getByText('No such entry.').waitFor();
      await browser.close();
      await site.close();
    });
  },
);
