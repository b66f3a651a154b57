import type { Browser } from 'playwright-core';
import { findChromium } from '../bench/console/find-chromium.js';
import { openChromium } from '../bench/console/open-chromium.js';

export const chromiumPath = findChromium(process.env);

export const enableBrowser = 'browser tests: install Chromium (Debian: `apt-get install chromium`)';

/** As long as `until` waits. */
const PATIENCE_MS = 90_000;

export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const browser = await openChromium(process.env, args);
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}
