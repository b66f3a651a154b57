// @ts-check
// Records docs/images/liaison.webp, the picture at the top of the README: `npm start` in a terminal, then the console's
// page of the same run. To record it anew: `node scripts/record.mjs` (`--out <file>` writes elsewhere). Long pauses are
// shortened, and the temporary home is shown as `.liaison`, the home of a run without settings.
// Needs `script` and `img2webp` (Debian: bsdutils, webp) and Chromium (LIAISON_CHROMIUM, else /usr/bin/chromium); the
// fonts are Inter and JetBrains Mono where installed (Debian: fonts-inter, fonts-jetbrains-mono).
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, consoleOf, openChromium, redactedAndDenied, root, running, signIn } from './demonstration.mjs';
import { COLUMNS, drawImage, drawTerminal, HEIGHT, ROWS, SCALE, WIDTH } from './picture-window.mjs';

const asked = process.argv.indexOf('--out');
const out = (asked < 0 ? undefined : process.argv[asked + 1]) ?? join(root, 'docs/images/liaison.webp');

const COMMAND = 'npm start';
/** The console's page is laid out this much wider than the window, and drawn smaller. */
const PAGE_ZOOM = 1.2;
/** Outputs with a shorter pause between them are shown together. */
const TOGETHER_MS = 100;
/** Longer pauses during the start are shortened to this. */
const MAX_PAUSE_MS = 350;
/** How long the table of the running federation is shown, and the minimum time for each picture of it. */
const [LIVE_MS, LIVE_STEP_MS] = [4_500, 900];
/** Long enough for the console's chart to show something. */
const WARM_MS = 90_000;
/** Longer than the two seconds after which the page refreshes its numbers. */
const REFRESH_MS = 2_500;
/** The outcomes of the three recipients shown in the picture of a notice. */
const WANTED = 'delivered redacted denied';
/** How long each picture of a page that scrolls is shown. */
const STEP_MS = 80;
const MAX_BYTES = 600_000;

/** @typedef {{from: number, to: number, text: string}} Output of the terminal, in milliseconds after the start */
/** @typedef {import('./picture-window.mjs').Frame} Frame */
/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Locator} Locator */

/**
 * Runs the command in a pseudo terminal until `stop`.
 * @param {string} home
 */
function startInTerminal(home) {
  const shell = `stty cols ${COLUMNS} rows ${ROWS}; exec ${COMMAND}`;
  const child = spawn('script', ['-qfc', shell, '/dev/null'], {
    cwd: root,
    env: { ...process.env, LIAISON_HOME: home, TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const start = performance.now();
  /** @type {Output[]} */
  const outputs = [];
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    const now = performance.now() - start;
    const last = outputs.at(-1);
    if (last === undefined || now - last.to > TOGETHER_MS) outputs.push({ from: now, to: now, text });
    else Object.assign(last, { to: now, text: last.text + text });
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    if (child.exitCode === null) child.stdin.write('\u0003');
    await ended;
  };
  return { child, outputs, stop };
}

/**
 * Returns the text to write to the terminal before each picture, and how long that picture is shown.
 * @param {readonly Output[]} outputs @param {string} home
 */
function terminalSteps(outputs, home) {
  // The table's first number that is not zero is green.
  const counting = outputs.find(({ text }) => text.includes('last seen') && text.includes('\u001b[32m'));
  const start = counting?.from ?? Infinity;
  /** @type {Output[]} */
  const shown = [];
  for (const output of outputs.filter(({ from }) => from < start + LIVE_MS)) {
    const last = shown.at(-1);
    const isSoon = last !== undefined && last.from >= start && output.from - last.from < LIVE_STEP_MS;
    if (isSoon) last.text += output.text;
    else if (output.text !== last?.text) shown.push({ ...output });
  }
  const typed = [...COMMAND].map((text) => ({ text, ms: 70 }));
  return [
    { text: '\u001b[2m$\u001b[22m ', ms: 700 },
    ...typed,
    { text: '\r\n', ms: 200 },
    ...shown.map(({ from, text }, index) => ({
      text: text.replaceAll(home, '.liaison'),
      ms: Math.min((shown[index + 1]?.from ?? Infinity) - from, from < start ? MAX_PAUSE_MS : LIVE_STEP_MS),
    })),
  ];
}

/** @typedef {{org: string, outcome: string, because: string | null, withheld: string[], why: {rules: unknown[]}}} Recipient */

/**
 * Names the outcome if its card on the page shows what led to it: withheld sections, or a rule that denied the notice.
 * @param {Recipient} recipient
 */
function shownOutcome({ outcome, because, withheld, why }) {
  if (outcome === 'redacted' && withheld.length === 0) return undefined;
  if (outcome === 'denied' && (because !== null || why.rules.length === 0)) return undefined;
  return outcome;
}

/**
 * Finds a notice with the outcomes that are shown, one below the other on its page; names the first of the recipients.
 * @param {string} home
 */
async function noticeShown(home) {
  for (const jti of await redactedAndDenied(home)) {
    const { revisions } = JSON.parse(await ask(home, `/v1/notices/${jti}`));
    /** @type {Recipient[]} */
    const recipients = revisions[0].recipients;
    const outcomes = recipients.map(shownOutcome);
    const first = recipients.find((_, index) => outcomes.slice(index, index + 3).join(' ') === WANTED);
    if (first !== undefined) return { jti, first: first.org };
  }
  throw new Error(`no notice has three recipients in a row with the outcomes ${WANTED}`);
}

/**
 * Scrolls the page until the card is at its top, and calls `onStep` in between.
 * @param {Locator} card @param {() => Promise<void>} [onStep]
 */
async function scrollTo(card, onStep = async () => {}) {
  const [from, to] = await card.evaluate((element) => {
    const scroller = element.closest('main > *');
    const before = scroller.scrollTop;
    element.style.scrollMarginTop = '12px';
    element.scrollIntoView();
    return [before, scroller.scrollTop];
  });
  for (const share of [0.25, 0.7, 1]) {
    const top = from + share * (to - from);
    await card.evaluate((element, y) => element.closest('main > *').scrollTo(0, y), top);
    if (share < 1) await onStep();
  }
}

/**
 * Draws the console's page: the flow as it changes, then one notice.
 * @param {Browser} browser @param {string} home
 */
async function drawConsole(browser, home) {
  const { jti, first } = await noticeShown(home);
  const viewport = { width: WIDTH * PAGE_ZOOM, height: HEIGHT * PAGE_ZOOM };
  const look = /** @type {const} */ ({ colorScheme: 'dark', deviceScaleFactor: SCALE / PAGE_ZOOM });
  const page = await signIn(await browser.newContext({ viewport, ...look }), home, 'operator');
  /** @type {Frame[]} */
  const frames = [];
  const show = async (/** @type {number} */ ms) => {
    const title = page.url().replace('http://', '');
    frames.push({ png: await drawImage(browser, title, await page.screenshot()), ms });
  };
  await page.goto(`${consoleOf(home)}/flow`);
  await page.locator('.matrix a').first().waitFor();
  for (const ms of [1_800, 1_500]) {
    await delay(REFRESH_MS);
    await scrollTo(page.locator('.card:has(.chart)'));
    await show(ms);
  }
  await page.goto(`${consoleOf(home)}/notice/${jti}`);
  const card = page.getByRole('region', { name: first });
  await card.waitFor();
  await delay(500);
  await show(1_800);
  await scrollTo(card, () => show(STEP_MS));
  await show(3_200);
  return frames;
}

/** @param {readonly Frame[]} frames @param {string} folder */
function assemble(frames, folder) {
  const args = frames.flatMap(({ png, ms }, index) => {
    const path = join(folder, `${index}.png`);
    writeFileSync(path, png);
    return ['-lossless', '-q', '100', '-m', '6', '-d', String(Math.round(ms)), path];
  });
  mkdirSync(dirname(out), { recursive: true });
  execFileSync('img2webp', ['-loop', '0', '-min_size', '-near_lossless', '60', ...args, '-o', out]);
  const seconds = frames.reduce((sum, { ms }) => sum + ms, 0) / 1_000;
  const { size } = statSync(out);
  process.stdout.write(`${out}: ${frames.length} frames, ${seconds.toFixed(1)} s, ${size} bytes\n`);
  if (size > MAX_BYTES) throw new Error(`\`${out}\` has more than ${MAX_BYTES} bytes`);
}

/**
 * Writes settings that make Chromium use Inter for the page's own font.
 * @param {string} folder
 */
function fontSettings(folder) {
  const path = join(folder, 'fonts.conf');
  const rules = ['sans-serif', 'system-ui'].map(
    (name) => `<match><test name="family"><string>${name}</string></test>
      <edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>`,
  );
  const system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>';
  writeFileSync(path, `<fontconfig>${system}${rules.join('')}</fontconfig>`);
  return path;
}

const temporary = mkdtempSync(join(tmpdir(), 'liaison-'));
const home = join(temporary, 'home');
execFileSync(process.execPath, [join(root, 'scripts/setup.mjs')], { stdio: 'inherit' });
const { child, outputs, stop } = startInTerminal(home);
try {
  while (running(home) === undefined) {
    if (child.exitCode !== null) throw new Error(`\`${COMMAND}\` ended with exit code ${child.exitCode}`);
    await delay(500);
  }
  await delay(WARM_MS);
  const browser = await openChromium({ ...process.env, FONTCONFIG_FILE: fontSettings(temporary) });
  const shown = await drawConsole(browser, home);
  await stop();
  const terminal = await drawTerminal(browser, COMMAND, terminalSteps(outputs, home));
  await browser.close();
  assemble([...terminal, ...shown], temporary);
} finally {
  await stop();
  rmSync(temporary, { recursive: true, force: true });
}
