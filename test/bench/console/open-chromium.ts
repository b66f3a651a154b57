import type { Browser } from 'playwright-core';
import { fail } from '../../../services/shared/kernel/errors.js';
import { findChromium } from './find-chromium.js';

/** Starts Chromium. Throws `config-invalid` without Chromium, or without the devDependency playwright-core. */
export async function openChromium(env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium(env);
  if (executablePath === undefined)
    throw fail(
      'config-invalid',
      'no Chromium: install it (Debian: `apt-get install chromium`), or name one in `LIAISON_CHROMIUM`',
    );
  const { chromium } = await import('playwright-core').catch(() => {
    throw fail('config-invalid', 'no `playwright-core`: `npm ci` in the clone installs it');
  });
  return chromium.launch({ executablePath, args: [...args] });
}
