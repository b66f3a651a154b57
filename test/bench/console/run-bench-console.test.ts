import { expect, test } from 'vitest';
import type { BenchLine } from '../measurement.js';
import type { BenchConsoleResult } from './console-figures.js';
import { chromiumPath, enableBrowser } from '../../support/browser.js';
import { freshHome, leftRunning, liaison } from '../../support/federation.js';
import { describeWhere } from '../../support/needs.js';
import { runLine } from '../../cli/policy/run-line.js';
import { expectSound, figuresShape, lineShape } from '../../support/bench-line-shape.js';

const figures = figuresShape;
const growth = { whole: expect.any(Number), late: expect.any(Number) };
const SHORT = ['--rate', '100', '--for', '2s', '--burst', '1s', '--loads', '1'];

describeWhere(chromiumPath !== undefined, enableBrowser)('bench console', () => {
  test('the last line of `--json` holds every figure, and nothing is left running', async () => {
    const home = freshHome();
    const { code, records, stderr } = await liaison(home, ['bench', 'console', ...SHORT, '--json']);
    expect(code, stderr).toBe(0);
    const result = records.at(-1) as unknown as BenchLine<BenchConsoleResult>;
    expect(result).toEqual({
      ...lineShape('console', { nats: true }),
      browser: expect.any(String),
      load: { rounds: 1, requests: expect.any(Number), bytes: figures, interactiveMs: figures },
      burst: {
        rate: 1_000,
        seconds: expect.any(Number),
        published: expect.any(Number),
        blocks: expect.any(Number),
        longestBlockMs: expect.any(Number),
        lagMs: expect.any(Number),
      },
      soak: {
        rate: 100,
        seconds: expect.any(Number),
        published: expect.any(Number),
        longestBlockMs: expect.any(Number),
        samples: Array.from({ length: 5 }, () => ({
          minute: expect.any(Number),
          page: expect.any(Number),
          console: expect.any(Number),
        })),
        growth: { page: growth, console: growth },
      },
    });
    expectSound(result);
    // At least the document, style, script and icon: proves that the measured page was loaded.
    expect(result.load.requests).toBeGreaterThan(4);
    expect(result.load.bytes.median).toBeGreaterThan(10_000);
    expect(result.soak.published).toBeGreaterThan(50);
    expect(Math.min(...result.soak.samples.map(({ console }) => console))).toBeGreaterThan(10);
    expect(leftRunning(home)).toEqual([]);
  });
});

test('without Chromium it says what to install, and starts nothing', async () => {
  const { code, stdout, stderr } = await runLine(['bench', 'console', ...SHORT]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('no Chromium');
});
