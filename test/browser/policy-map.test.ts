import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeMap } from '../../services/shared/workbench/map/exchange-map.js';
import { openWorkspace } from '../../services/shared/workbench/workspace.js';
import { digest } from '../../services/shared/trust/digest.js';
import { runLine } from '../cli/policy/run-line.js';
import { folder } from '../policies/sample.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { describeWhere } from '../support/needs.js';

/** Returns the number of elements with text, and the texts with a contrast below 4.5 to 1 (WCAG 1.4.3). */
const FAINT_TEXT = `(() => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const channel = (value) => value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parts(getComputedStyle(at).backgroundColor);
      if (alpha > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  const texts = [...document.body.querySelectorAll('*')].filter(hasText);
  const faint = texts.filter((element) => {
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) < 4.5;
  });
  return { texts: texts.length, faint: faint.map((element) => element.textContent) };
})()`;
const BACKGROUND = 'getComputedStyle(document.body).backgroundColor';
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

describeWhere(chromiumPath !== undefined, enableBrowser)('`policy map --html out.html` in Chromium', () => {
  let browser: Browser | undefined;
  const place = mkdtempSync(join(tmpdir(), 'map-'));
  const file = join(place, 'out.html');

  beforeAll(async () => {
    const { code } = await runLine(['policy', 'map', '--html', file]);
    expect(code).toBe(0);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(place, { recursive: true, force: true });
  });

  async function open(colorScheme: 'light' | 'dark', width = 1280): Promise<Page> {
    const page = await (browser ?? expect.fail()).newPage({
      colorScheme,
      viewport: { width, height: 900 },
    });
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  test('the file loads without a request to a network and without a message on the console', async () => {
    const page = await (browser ?? expect.fail()).newPage();
    const requested: string[] = [];
    const messages: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(error.message));
    await page.goto(pathToFileURL(file).href);
    await page.getByRole('link', { name: 'europol to interpol, red: partly' }).click();
    expect(new URL(page.url()).hash).toBe('#from-europol-red');
    expect(requested.map((url) => url.split('#')[0])).toEqual([pathToFileURL(file).href]);
    expect(messages).toEqual([]);
  });

  test.each([
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(19, 22, 26)'],
  ] as const)('in the %s theme every text has enough contrast', async (scheme, background) => {
    const page = await open(scheme);
    expect(await page.evaluate(BACKGROUND)).toBe(background);
    const { texts, faint } = await page.evaluate<{ texts: number; faint: string[] }>(FAINT_TEXT);
    expect(texts).toBeGreaterThan(1000);
    expect(faint).toEqual([]);
  });

  test('each cell has an accessible name, and shows its rule when it has the focus', async () => {
    const page = await open('light');
    const snapshot = await page.locator('.kinds').ariaSnapshot();
    const { cells } = exchangeMap(openWorkspace(folder, digest));
    const names = cells.map(({ from, to, kind, state }) => `link "${from} to ${to}, ${kind}: ${state}`);
    expect(names.filter((name) => !snapshot.includes(name))).toEqual([]);
    const link = page.getByRole('link', { name: 'europol to interpol, red: partly' });
    await link.focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    expect(await link.locator('.tip').isVisible()).toBe(true);
    expect(await link.locator('.tip').innerText()).toContain(
      'the judicial data stay until the provider permits',
    );
  });

  test.each([400, 2000])('at %i px the page does not overflow', async (width) => {
    const page = await open('light', width);
    expect(await page.evaluate(OVERFLOW)).toBe(0);
  });

  test('the page prints in black on white, without tips, in the dark theme too', async () => {
    const page = await open('dark');
    await page.emulateMedia({ media: 'print' });
    const printed = 'getComputedStyle(document.documentElement).getPropertyValue("--paper").trim()';
    expect(await page.evaluate(printed)).toBe('#fff');
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('the file is one complete HTML document', () => {
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });
});
