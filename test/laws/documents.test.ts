import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));
const pages = tracked.filter((path) => path.endsWith('.md'));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const TOP = new Set(
  // prettier-ignore
  [
    'services',
    'proto',
    'policies',
    'scripts',
    'test',
    'docs',
    '.ci',
    'docker-compose.yml',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
  ],
);

describe('documents', () => {
  test('every relative link of a page leads to a file', () => {
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
        .map((target) => `${page} → ${target}`),
    );
    expect(pages.length).toBeGreaterThan(0);
    expect(dead).toEqual([]);
  });

  const records = tracked.filter((path) => /^docs\/adr\/(?!README\.md$)/.test(path));

  test('every decision record has its own number, a status with a date, and the three sections', () => {
    const numbers = records.map((path) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]);
    expect(records.length).toBeGreaterThan(0);
    expect(numbers).not.toContain(undefined);
    expect(new Set(numbers).size).toBe(records.length);
    const wrong = records.filter((path, at) => {
      const text = read(path);
      const isTitled = text.startsWith(`# ${numbers[at]} · `);
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      const isWhole = headings.join() === 'Context,Decision,Consequences';
      return !isTitled || !isWhole || !/^\*\*Status\*\* \w+, \d{4}-\d\d-\d\d/m.test(text);
    });
    expect(wrong).toEqual([]);
  });

  test('the index of decision records lists each with its title and status, in order', () => {
    const rows = records.map((path) => {
      const text = read(path);
      const [, number, title] = /^# (\d{4}) · (.+)$/m.exec(text) ?? [];
      const status = /^\*\*Status\*\* (\w+, [\d-]+)/m.exec(text)?.[1];
      return `| [${number}](${path.slice('docs/adr/'.length)}) | ${title} | ${status} |`;
    });
    const index = read('docs/adr/README.md').split('\n');
    expect(index.filter((line) => line.startsWith('| ['))).toEqual(rows);
  });

  test('the root folder holds only the known files and folders', () => {
    const tops = new Set(
      tracked.map((path) => path.split('/')[0] ?? '').filter((name) => !name.startsWith('.')),
    );
    expect([...tops].filter((name) => !TOP.has(name))).toEqual([]);
  });

  test('the lock file contains no download address', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved"\s*:/);
  });

  test.each([
    ['README.md', 9_000],
    ['CHANGELOG.md', 8_000],
  ])('%s holds at most %i bytes', (page, most) => {
    expect(Buffer.byteLength(read(page))).toBeLessThanOrEqual(most);
  });

  test('docs/README.md links to every page of docs except single decision records', () => {
    const linked = new Set(
      [...read('docs/README.md').matchAll(/\]\(([^)#]+)/g)].map(([, to]) => `docs/${to}`),
    );
    const listed = pages.filter((page) => /^docs\/(?!README\.md$|adr\/\d)/.test(page));
    expect(listed.length).toBeGreaterThan(5);
    expect(listed.filter((page) => !linked.has(page))).toEqual([]);
  });
});
