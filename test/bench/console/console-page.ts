import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Fixture } from './console-fixture.js';

/** What a browser without a cache loads until it answers. */
export interface PageLoad {
  /** As they come over the network, compressed, headers included. */
  readonly bytes: number;
  readonly requests: number;
  /** From the beginning of the navigation until the page has answered a filter that was set as soon as there was one. */
  readonly interactiveMs: number;
}

/** A page that is signed in and shows the tail. */
export interface OpenPage {
  readonly page: Page;
  /** Used by scripts after garbage was collected, MiB. */
  readonly heap: () => Promise<number>;
  /** Milliseconds of each time that the main thread was blocked, since this was asked last. */
  readonly blocks: () => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
}

const WIDE = { width: 1280, height: 800 };
const SETTLE_TIMEOUT_MS = 500;
const PATIENCE_MS = 60_000;

/** Runs in the page: chooses a filter, and notes when every row that is shown meets it. */
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

/** Runs in the page: what blocks its main thread for 50 ms or longer (the browser's own measure). */
const BLOCKS = `window.blocks = [];
new PerformanceObserver((list) => window.blocks.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ type: 'longtask' });`;

/** Once, in a profile of its own: nothing is cached, and the session alone is there already. */
export async function loadOnce(browser: Browser, stand: Fixture): Promise<PageLoad> {
  const page = await signedIn(browser, stand);
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) =>
    sizes.push(request.sizes().then((size) => size.responseBodySize + size.responseHeadersSize)),
  );
  await page.addInitScript(ANSWER);
  await page.goto(stand.url);
  const interactiveMs = Number(await page.evaluate('window.answered'));
  await delay(SETTLE_TIMEOUT_MS);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await page.context().close();
  return { bytes, requests: sizes.length, interactiveMs };
}

export async function openTail(browser: Browser, stand: Fixture): Promise<OpenPage> {
  const page = await signedIn(browser, stand);
  await page.addInitScript(BLOCKS);
  await page.goto(stand.url);
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
