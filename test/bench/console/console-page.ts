import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Fixture } from './console-fixture.js';

/** What a browser without a cache loads until the page responds. */
export interface PageLoad {
  /** Bytes over the network, compressed, with headers. */
  readonly bytes: number;
  readonly requests: number;
  /** From the start of the navigation until the page applied a filter, set as soon as the control existed. */
  readonly interactiveMs: number;
}

/** A signed-in page that shows the tail. */
export interface OpenPage {
  readonly page: Page;
  /** Heap of its scripts after garbage collection, in MiB. */
  readonly heap: () => Promise<number>;
  /** Milliseconds of each block of the main thread since the previous call. */
  readonly blocks: () => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
}

const WIDE = { width: 1280, height: 800 };
const SETTLE_TIMEOUT_MS = 500;
const PATIENCE_MS = 60_000;

/** Runs in the page: chooses a filter, and notes when every displayed row matches it. */
const ANSWER = `window.answered = new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('the page does not answer')), ${PATIENCE_MS});
  const soon = (work) => requestAnimationFrame(work);
  const wait = () => {
    const words = [...document.querySelectorAll('tr[data-key] .event')].map(({ textContent }) => textContent);
    if (words.length > 0 && words.every((word) => word === 'denied')) resolve(performance.now());
    else soon(wait);
  };
  const choose = () => {
    const labels = [...document.querySelectorAll('.filters label')];
    const label = labels.find(({ textContent }) => textContent === 'denied');
    if (label === undefined) return soon(choose);
    label.querySelector('input').click();
    wait();
  };
  choose();
})`;

/** Runs in the page: records long tasks, which block its main thread for 50 ms or longer. */
const BLOCKS = `window.blocks = [];
new PerformanceObserver((list) => window.blocks.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ type: 'longtask' });`;

/** Loads the page once in a new profile: nothing is cached, only the session exists. */
export async function loadOnce(browser: Browser, fixture: Fixture): Promise<PageLoad> {
  const page = await signedIn(browser, fixture);
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) =>
    sizes.push(request.sizes().then((size) => size.responseBodySize + size.responseHeadersSize)),
  );
  await page.addInitScript(ANSWER);
  await page.goto(fixture.url);
  const interactiveMs = Number(await page.evaluate('window.answered'));
  await delay(SETTLE_TIMEOUT_MS);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await page.context().close();
  return { bytes, requests: sizes.length, interactiveMs };
}

export async function openTail(browser: Browser, fixture: Fixture): Promise<OpenPage> {
  const page = await signedIn(browser, fixture);
  await page.addInitScript(BLOCKS);
  await page.goto(fixture.url);
  await page.getByText('Live', { exact: true }).waitFor();
  const tools = await page.context().newCDPSession(page);
  return {
    page,
    heap: async () => {
      await tools.send('HeapProfiler.collectGarbage');
      return (await tools.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
    },
    blocks: async () => (await page.evaluate('window.blocks.splice(0)')) as readonly number[],
    close: () => page.context().close(),
  };
}

async function signedIn(browser: Browser, { url, token }: Fixture): Promise<Page> {
  const context = await browser.newContext({ viewport: WIDE });
  await context.request.post(`${url}/v1/session`, { data: { token } });
  return context.newPage();
}
