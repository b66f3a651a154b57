import type { Browser } from 'playwright-core';
import { findChromium } from '../bench/console/find-chromium.js';
import { openChromium } from '../bench/console/open-chromium.js';

export const chromiumPath = findChromium(process.env);

export const enableBrowser = 'browser tests: install Chromium (Debian: `apt-get install chromium`)';

export function openBrowser(args: readonly string[] = []): Promise<Browser> {
  return openChromium(process.env, args);
}
