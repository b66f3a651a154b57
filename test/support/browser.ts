import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The machine's own Chromium: `LIAISON_CHROMIUM`, else the first on `PATH`; none is ever fetched. */
export const chromiumPath = process.env['LIAISON_CHROMIUM'] ?? onPath();

export const enableBrowser = 'browser tests: install Chromium (Debian: `apt-get install chromium`)';

export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(`no Chromium: ${enableBrowser}`);
  return chromium.launch({ executablePath: chromiumPath, args: [...args] });
}

function onPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
