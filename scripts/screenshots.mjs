// @ts-check
// Takes the screenshots of the console for docs/images, from a demonstration federation that it starts or the
// one that runs in LIAISON_HOME. `--out <folder>` writes elsewhere. Needs Chromium: LIAISON_CHROMIUM, else
// /usr/bin/chromium.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { consoleOf, openChromium, redactedAndDenied, root, running, signIn } from './demonstration.mjs';

const asked = process.argv.indexOf('--out');
const out = asked < 0 ? join(root, 'docs/images') : (process.argv[asked + 1] ?? 'docs/images');
/** Long enough for the chart to show something. */
const WARM_MS = 90_000;

/** @typedef {{name: string, path: string, width: number, height: number, scheme: 'light' | 'dark', open?: boolean, loose?: boolean}} Shot */
/** @param {string} show */
const WORKBENCH = (show) => `/policies?file=europol/export.cedar&show=${show}`;

/** @type {readonly Shot[]} */
const SHOTS = [
  { name: 'console-tail-light', path: '/', width: 1280, height: 720, scheme: 'light', open: true },
  { name: 'console-tail-dark', path: '/', width: 1280, height: 720, scheme: 'dark' },
  { name: 'console-tail-narrow', path: '/?event=denied', width: 400, height: 760, scheme: 'light' },
  { name: 'console-flow-light', path: '/flow', width: 1280, height: 1160, scheme: 'light' },
  { name: 'console-flow-dark', path: '/flow', width: 1280, height: 1160, scheme: 'dark' },
  { name: 'console-flow-narrow', path: '/flow', width: 400, height: 1400, scheme: 'dark' },
  {
    name: 'console-quarantine-light',
    path: '/quarantine',
    width: 1280,
    height: 860,
    scheme: 'light',
    open: true,
  },
  {
    name: 'console-quarantine-dark',
    path: '/quarantine',
    width: 1280,
    height: 860,
    scheme: 'dark',
    open: true,
  },
  {
    name: 'console-quarantine-narrow',
    path: '/quarantine',
    width: 400,
    height: 1000,
    scheme: 'light',
    open: true,
  },
  { name: 'console-notice-light', path: '/notice/', width: 1280, height: 1400, scheme: 'light' },
  { name: 'console-notice-dark', path: '/notice/', width: 1280, height: 1400, scheme: 'dark' },
  { name: 'console-notice-narrow', path: '/notice/', width: 400, height: 1400, scheme: 'light' },
  { name: 'console-flow-wide', path: '/flow', width: 2000, height: 1000, scheme: 'light' },
  {
    name: 'console-policies-light',
    path: WORKBENCH('diff'),
    width: 1280,
    height: 800,
    scheme: 'light',
    loose: true,
  },
  {
    name: 'console-policies-dark',
    path: WORKBENCH('sees'),
    width: 1280,
    height: 800,
    scheme: 'dark',
    loose: true,
  },
  {
    name: 'console-policies-narrow',
    path: WORKBENCH('sees'),
    width: 400,
    height: 1300,
    scheme: 'light',
    loose: true,
  },
];

/** @param {string} home */
async function start(home) {
  const child = spawn(join(root, 'scripts/liaison'), ['up', '--json'], {
    env: { ...process.env, LIAISON_HOME: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (running(home) === undefined && child.exitCode === null) await delay(500);
  await delay(WARM_MS);
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
}

/**
 * Compresses a picture to WebP, about a quarter of its bytes.
 * @param {import('playwright-core').BrowserContext} context @param {Buffer} png
 */
async function smaller(context, png) {
  const page = await context.newPage();
  const text = `data:image/png;base64,${png.toString('base64')}`;
  const webp = await page.evaluate(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(text)};
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.6);
  })()`);
  return Buffer.from(String(webp).split(',')[1] ?? '', 'base64');
}

/**
 * Opens an entry and shows the result of a dry run.
 * @param {import('playwright-core').Page} page @param {string} key
 */
async function dryRun(page, key) {
  await page.locator('tr:has-text("open") a').first().click();
  await page.getByLabel('Choose operator key file').setInputFiles(key);
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByRole('region', { name: 'History' }).waitFor();
}

/**
 * Edits the first rule so that it no longer requires the agreement.
 * @param {import('playwright-core').Page} page
 */
async function loosen(page) {
  // The document holds only the lines in view: the rule is found by its text, and retyped.
  const condition = 'when { principal.agreements.contains(OrgId::"europol") };';
  await page.locator('.cm-line', { hasText: condition }).first().click();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.insertText('when { true };');
  // Scrolls back to the beginning of the lines.
  await page.keyboard.press('Home');
  await delay(1_500);
  const working = page.getByRole('status').filter({ hasText: 'working' });
  while ((await working.count()) > 0) await delay(100);
}

/** @param {string} home */
async function shoot(home) {
  const url = consoleOf(home);
  const browser = await openChromium();
  const [notice = ''] = await redactedAndDenied(home);
  for (const { name, path, width, height, scheme, open, loose } of SHOTS) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    const page = await signIn(context, home, path.startsWith('/policies') ? 'author' : 'operator');
    await page.goto(`${url}${path}${path === '/notice/' ? notice : ''}`);
    await page.locator('tr[data-key], .matrix a, .recipient, .digest a, .cm-line').first().waitFor();
    if (loose === true) await loosen(page);
    await delay(1_500);
    if (open === true && path === '/quarantine') await dryRun(page, join(home, 'hub/operator/operator.jwk'));
    else if (open === true) await page.locator('tr[data-key]:has-text("redacted")').first().click();
    const png = await page.screenshot();
    writeFileSync(join(out, `${name}.webp`), await smaller(context, png));
    await context.close();
  }
  await browser.close();
}

const temporary = mkdtempSync(join(tmpdir(), 'liaison-'));
const kept = process.env['LIAISON_HOME'];
const home = kept !== undefined && running(kept) !== undefined ? kept : temporary;
mkdirSync(out, { recursive: true });
execFileSync(process.execPath, [join(root, 'scripts/setup.mjs')], { stdio: 'inherit' });
const stop = home === temporary ? await start(home) : async () => {};
try {
  await shoot(home);
} finally {
  await stop();
  rmSync(temporary, { recursive: true, force: true });
}
