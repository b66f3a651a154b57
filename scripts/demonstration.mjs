// @ts-check
// Functions shared by the scripts that make pictures: access to a running demonstration federation and its
// console.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Returns the addresses of the federation that runs in a home; undefined while none runs.
 * @param {string} home @returns {{console: string, gateways: Record<string, string>} | undefined}
 */
export function running(home) {
  const path = join(home, 'run.json');
  return statSync(path, { throwIfNoEntry: false }) === undefined
    ? undefined
    : JSON.parse(readFileSync(path, 'utf8'));
}

/** @param {string} home */
export function consoleOf(home) {
  const url = running(home)?.console;
  if (url === undefined) throw new Error(`no federation runs in \`${home}\``);
  return url;
}

/** @param {string} home @param {string} role */
const tokenOf = (home, role) => readFileSync(join(home, `hub/console/${role}.token`), 'utf8').trim();

/** @param {NodeJS.ProcessEnv} [env] */
export function openChromium(env = process.env) {
  return chromium.launch({
    executablePath: env['LIAISON_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
    env,
  });
}

/**
 * Opens the console's page and signs in.
 * @param {import('playwright-core').BrowserContext} context @param {string} home @param {string} role
 */
export async function signIn(context, home, role) {
  const page = await context.newPage();
  await page.goto(consoleOf(home));
  await page.getByLabel('Token').fill(tokenOf(home, role));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}

/**
 * Requests a path of the console's API as an operator; returns the text of the response.
 * @param {string} home @param {string} path
 */
export async function ask(home, path) {
  const headers = { authorization: `Bearer ${tokenOf(home, 'operator')}` };
  const answer = await fetch(`${consoleOf(home)}${path}`, { headers });
  if (!answer.ok) throw new Error(`\`${path}\` answered ${answer.status}`);
  return answer.text();
}

/**
 * Returns the ids of notices of the last hour that were redacted for one recipient and denied to another.
 * @param {string} home
 */
export async function redactedAndDenied(home) {
  /** @param {string} event */
  const names = async (event) => {
    const lines = (await ask(home, `/v1/status?since=1h&event=${event}`)).split('\n');
    return lines.filter((line) => line !== '').map((line) => String(JSON.parse(line).jti));
  };
  const [redacted, denied] = [await names('redacted'), new Set(await names('denied'))];
  return [...new Set(redacted)].filter((name) => denied.has(name));
}
