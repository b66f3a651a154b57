// @ts-check
// Draws a window with a terminal or an image in it, the same for every frame of a recording, with Chromium and xterm.js.
import { fileURLToPath } from 'node:url';

/** The inside of the window, and its title bar above it, in CSS pixels. */
export const [WIDTH, HEIGHT, BAR] = [960, 640, 40];
/** Pixels of the picture for each CSS pixel. */
export const SCALE = 1.5;
export const [COLUMNS, ROWS] = [104, 32];
/** Makes a cell 13 whole pixels wide, so that equal letters have equal pixels, which compress well. */
const FONT_SIZE = 13 / 0.6 / SCALE;

/** @typedef {{png: Buffer, ms: number}} Frame a picture and how long it is shown */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Browser} Browser */

const STYLE = `
  body { margin: 0; background: transparent; }
  .window { position: relative; width: ${WIDTH}px; height: ${BAR + HEIGHT}px; border-radius: 12px; overflow: hidden;
    background: #10151b; }
  .window::after { content: ''; position: absolute; inset: 0; border-radius: 12px; box-shadow: inset 0 0 0 1px #2c3743; }
  .bar { display: flex; align-items: center; gap: 8px; height: ${BAR}px; padding: 0 16px; box-sizing: border-box;
    background: #222c38; color: #9aa8b7; font: 14px sans-serif; }
  .bar i { width: 12px; height: 12px; border-radius: 6px; }
  .title { flex: 1; margin-right: 52px; text-align: center; }
  .screen { padding: 12px 20px; }
  .xterm .scrollbar, .xterm .shadow { display: none !important; }
  .xterm .xterm-viewport { background: none !important; }
  img { display: block; width: ${WIDTH}px; height: ${HEIGHT}px; }`;

/** The colours are those of the console's page (services/console/page/theme.css). */
const TERMINAL = {
  cols: COLUMNS,
  rows: ROWS,
  scrollback: 0,
  fontFamily: '"JetBrains Mono", "DejaVu Sans Mono", monospace',
  fontSize: FONT_SIZE,
  cursorInactiveStyle: 'block',
  theme: {
    background: '#10151b',
    foreground: '#e4eaf1',
    cursor: '#9aa8b7',
    green: '#62c48c',
    yellow: '#e0aa4a',
    red: '#f2857c',
    cyan: '#7db1f0',
  },
};

/** @param {Browser} browser @param {string} title @param {string} inside HTML */
async function openWindow(browser, title, inside) {
  const viewport = { width: WIDTH, height: BAR + HEIGHT };
  const page = await browser.newPage({ viewport, deviceScaleFactor: SCALE });
  const buttons = ['#f2857c', '#e0aa4a', '#62c48c'].map((colour) => `<i style="background: ${colour}"></i>`);
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>${STYLE}</style><div class="window">
    <div class="bar">${buttons.join('')}<span class="title">${title}</span></div>${inside}</div>`);
  return page;
}

/** @param {Page} page */
async function pictureOf(page) {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return page.screenshot({ omitBackground: true });
}

/**
 * Draws an image of `WIDTH` × `HEIGHT` CSS pixels in a window.
 * @param {Browser} browser @param {string} title @param {Buffer} png
 */
export async function drawImage(browser, title, png) {
  const data = `data:image/png;base64,${png.toString('base64')}`;
  const page = await openWindow(browser, title, `<img src="${data}">`);
  const picture = await pictureOf(page);
  await page.close();
  return picture;
}

/**
 * Draws a terminal after each text that is written to it.
 * @param {Browser} browser @param {string} title @param {readonly {text: string, ms: number}[]} steps
 * @returns {Promise<Frame[]>}
 */
export async function drawTerminal(browser, title, steps) {
  const page = await openWindow(browser, title, '<div class="screen"></div>');
  await page.addStyleTag({ path: fileURLToPath(import.meta.resolve('@xterm/xterm/css/xterm.css')) });
  await page.addScriptTag({ path: fileURLToPath(import.meta.resolve('@xterm/xterm')) });
  await page.evaluate(`globalThis.terminal = new Terminal(${JSON.stringify(TERMINAL)});
    terminal.open(document.querySelector('.screen'))`);
  const frames = [];
  for (const { text, ms } of steps) {
    await page.evaluate(`new Promise((done) => terminal.write(${JSON.stringify(text)}, done))`);
    frames.push({ png: await pictureOf(page), ms });
  }
  await page.close();
  return frames;
}
