import type { Browser, Page } from 'playwright-core';
import type { RunningConsole } from '../console/start-console.js';

export interface Looking {
  /** `federation`, or an organisation. */
  readonly who?: string;
  readonly path?: string;
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

/** Signs in at an address of the console, as somebody and on a screen of some size. */
export async function openPage(
  browser: Browser,
  { url, tokens }: Pick<RunningConsole, 'url' | 'tokens'>,
  { who = 'federation', path = '/', width = 1280, height = 800, scheme = 'light' }: Looking = {},
): Promise<Page> {
  const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height } });
  await page.goto(`${url}${path}`);
  await page.getByLabel('Token').fill(tokens[who] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}
