import type { Browser, Page } from 'playwright-core';
import type { RunningConsole } from '../console/start-console.js';

/** Who signs in, at which path, and the screen. */
export interface OpenPageOptions {
  /** The owner of the token: `federation` or an organisation. */
  readonly who?: string;
  readonly path?: string;
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

/** Opens a path of the console in a new browser page, signs in, and resolves with the page. */
export async function openPage(
  browser: Browser,
  { url, tokens }: Pick<RunningConsole, 'url' | 'tokens'>,
  { who = 'federation', path = '/', width = 1280, height = 800, scheme = 'light' }: OpenPageOptions = {},
): Promise<Page> {
  const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height } });
  await page.goto(`${url}${path}`);
  await page.getByLabel('Token').fill(tokens[who] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}
