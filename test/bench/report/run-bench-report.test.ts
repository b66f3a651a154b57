import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { BenchLine, Series } from '../measurement.js';
import { chromiumPath, enableBrowser, openBrowser } from '../../support/browser.js';
import { describeWhere } from '../../support/needs.js';
import { runLine } from '../../cli/policy/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-report-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [file, page, markdown] = ['lines.ndjson', 'report.html', 'benchmarks.md'].map((name) =>
  join(folder, name),
) as [string, string, string];

const once = (value: number) => ({ median: value, least: value, most: value });
const series = (name: string, lines: Series['lines']): Series => {
  return { name, x: { name: 'size', unit: 'KiB' }, y: { name: 'a notice', unit: 'CPU µs' }, lines };
};
const points = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([x, y]) => ({ x, y }));
const old: BenchLine = {
  bench: 'trust',
  at: '2026-01-02T03:04:05.000Z',
  machine: { cpu: 'Old', cores: 1, node: 'v20.0.0' },
  figures: [{ name: 'gone', unit: 'CPU µs', value: once(1), headline: true }],
  series: [],
};
const lines: readonly BenchLine[] = [
  old,
  {
    ...old,
    bench: 'route',
    machine: { cpu: 'New', cores: 2, node: 'v20.0.0', nats: '2.10.27' },
    figures: [{ name: 'rate', unit: 'notices/s', value: once(1234.5), headline: true }],
    series: [
      series('By doubled sizes', [{ name: 'one', points: points([1, 5], [4, 7], [64, 9]) }]),
      series('Far apart', [
        { name: 'low', points: points([1, 2], [2, 3]) },
        { name: 'high', points: points([1, 9_000], [2, 20_000]) },
      ]),
      series('Over time', [
        { name: 'many', points: points(...Array.from({ length: 30 }, (_, x) => [x, x] as const)) },
      ]),
    ],
  },
  {
    ...old,
    machine: { cpu: 'New', cores: 2, node: 'v20.0.0' },
    figures: [
      {
        name: 'verify <script>alert(1)</script>',
        unit: 'CPU µs',
        value: { median: 90, least: 80, most: 100 },
        headline: true,
      },
      {
        name: 'sign',
        unit: 'CPU µs',
        value: once(30),
        ratio: { to: 'verify', ...once(1 / 3) },
        headline: true,
      },
      { name: 'left out', unit: 'CPU µs', value: once(2) },
    ],
  },
];
writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join('\n'));

test('the page is self-contained, and markup in a line is shown as text', async () => {
  const { code, stderr } = await runLine(['bench', 'report', file, '--out', page]);
  expect(code, stderr).toBe(0);
  const text = readFileSync(page, 'utf8');
  expect(text.match(/(?:src|href)="(?!#)[^"]*"/g)).toBe(null);
  expect(text).not.toContain('<script>alert');
  expect(text).toContain('verify &lt;script&gt;alert(1)&lt;/script&gt;');
  expect([text.includes('1,235'), text.includes('gone')]).toEqual([true, false]);
});

describeWhere(chromiumPath !== undefined, enableBrowser)('in Chromium', () => {
  test.each(['light', 'dark'] as const)('every series is drawn from a file, %s', async (colorScheme) => {
    await runLine(['bench', 'report', file, '--out', page]);
    const browser = await openBrowser();
    try {
      const tab = await browser.newPage({ colorScheme });
      const faults: string[] = [];
      tab.on('pageerror', ({ message }) => faults.push(message));
      tab.on('console', (message) => faults.push(message.text()));
      await tab.goto(pathToFileURL(page).href);
      const inked = await tab.locator('.plot canvas').evaluateAll((all) =>
        all.map((canvas) => {
          const { width, height } = canvas as unknown as { readonly width: number; readonly height: number };
          const { data } = (
            canvas as unknown as {
              getContext(kind: '2d'): {
                getImageData(...area: number[]): { readonly data: Uint8ClampedArray };
              };
            }
          )
            .getContext('2d')
            .getImageData(0, 0, width, height);
          return data.filter((_, index) => index % 4 === 3).filter((alpha) => alpha > 0).length;
        }),
      );
      expect(faults).toEqual([]);
      expect(inked).toHaveLength(3);
      expect(Math.min(...inked)).toBeGreaterThan(1_000);
    } finally {
      await browser.close();
    }
  });
});

describe('bench report --readme', () => {
  const begin = '# Ours\n\n<!-- bench:begin -->';
  const end = '<!-- bench:end -->\n\nMore.\n';

  test('replaces the table with the headline figures of the last lines, machine and date, and keeps the rest', async () => {
    writeFileSync(markdown, `${begin}\nold\n${end}`);
    for (const _ of ['written', 'written anew'])
      await runLine(['bench', 'report', file, '--readme', markdown]);
    expect(readFileSync(markdown, 'utf8')).toBe(`${begin}
| \`bench\` | | median (least–most) | against |
|---|---|---|---|
| trust | verify <script>alert(1)</script> | 90 (80–100) CPU µs |  |
| trust | sign | 30 CPU µs | 0.333 × verify |
| route | rate | 1,235 notices/s |  |

2026-01-02, New, 2 cores, Node v20.0.0 (trust); 2026-01-02, New, 2 cores, Node v20.0.0, nats-server 2.10.27 (route).
${end}`);
  });

  test('leaves a page without the marks unchanged', async () => {
    writeFileSync(markdown, '# Ours\n');
    const { code, stderr } = await runLine(['bench', 'report', file, '--out', page, '--readme', markdown]);
    expect(code).toBe(2);
    expect(stderr).toContain('bench:begin');
    expect(readFileSync(markdown, 'utf8')).toBe('# Ours\n');
  });

  test('without an output file is refused', async () => {
    expect((await runLine(['bench', 'report', file])).code).toBe(2);
  });
});
