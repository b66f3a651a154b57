import type { Browser } from 'playwright-core';
import { setTimeout as delay } from 'node:timers/promises';
import type { Call } from '../../../services/cli/verb.js';
import type { CommonOptions } from '../bench-options.js';
import { type Bench, runOf } from '../bench-run.js';
import {
  type BenchConsoleResult,
  type Burst,
  consoleFigures,
  type ConsoleResult,
} from './console-figures.js';
import { loadOnce, type OpenPage, openTail } from './console-page.js';
import { soak } from './console-soak.js';
import { type Fixture, startFixture } from './console-fixture.js';
import { figuresOf, thisMachine } from '../figures.js';
import { openChromium } from './open-chromium.js';
import { showBenchConsole } from './show-bench-console.js';
import { createStatusSource, type StatusSource } from './status-source.js';
import { unlessStopped } from '../unless-stopped.js';
import { shortId } from '../../../services/shared/notice/short-id.js';

export interface BenchConsoleOptions extends Pick<CommonOptions, 'baseline'> {
  readonly rate: number;
  readonly for: number;
  readonly loads: number;
  readonly burst: number;
}

/** Events in the console's ring when the page is loaded, so that there is something to show and to filter. */
const KEPT = 2_000;
const BURST_RATE = 1_000;

async function measureInChromium(
  { env, options, stopping }: Call<BenchConsoleOptions>,
  say: (words: string) => void,
): Promise<BenchConsoleResult> {
  const browser = await openChromium(env);
  try {
    const fixture = await startFixture({ env, say });
    try {
      const result = await unlessStopped(measure({ browser, fixture, say }, options), stopping);
      return { machine: thisMachine(fixture.version), ...result, ...consoleFigures(result) };
    } finally {
      await fixture.stop();
    }
  } finally {
    await browser.close();
  }
}

const bench: Bench<BenchConsoleOptions, BenchConsoleResult> = {
  name: 'console',
  measure: measureInChromium,
  show: showBenchConsole,
};

export const runBenchConsole = runOf(bench);

interface Measuring {
  readonly browser: Browser;
  readonly fixture: Fixture;
  readonly say: (words: string) => void;
}

async function measure(
  { browser, fixture, say }: Measuring,
  options: BenchConsoleOptions,
): Promise<ConsoleResult> {
  const source = createStatusSource(fixture);
  source.publish(KEPT);
  say(`loading the page ${options.loads} times, each in a new browser profile`);
  const loads = [];
  for (let round = 0; round < options.loads; round += 1) loads.push(await loadOnce(browser, fixture));
  const tail = await openTail(browser, fixture);
  say(`${BURST_RATE} events a second for ${options.burst / 1000} s`);
  const heavy = await burst(source, tail, options.burst);
  say(`${options.rate} events a second for ${options.for / 1000} s`);
  const steady = await soak({ source, tail, pid: fixture.pid, rate: options.rate, ms: options.for, say });
  await tail.close();
  return {
    browser: browser.version(),
    load: {
      rounds: loads.length,
      requests: loads[0]?.requests ?? 0,
      bytes: figuresOf(loads.map(({ bytes }) => bytes)),
      interactiveMs: figuresOf(loads.map(({ interactiveMs }) => interactiveMs)),
    },
    burst: heavy,
    soak: steady,
  };
}

async function burst(source: StatusSource, tail: OpenPage, ms: number): Promise<Burst> {
  await tail.blocks();
  const began = performance.now();
  const stop = source.pace(BURST_RATE);
  await delay(ms);
  const published = stop();
  const last = shortId(source.publish(1));
  const ended = performance.now();
  await tail.page.getByText(last).first().waitFor();
  const blocks = await tail.blocks();
  return {
    rate: BURST_RATE,
    seconds: (ended - began) / 1000,
    published,
    blocks: blocks.length,
    longestBlockMs: Math.max(0, ...blocks),
    lagMs: performance.now() - ended,
  };
}
