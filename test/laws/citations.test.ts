import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));

const pages = tracked.filter((path) => path.endsWith('.md'));
const SOURCE = /^(?:services|scripts|test|\.ci)\/.*(?:\.(?:tsx?|m?js|sh|ya?ml|css)|\/[\w-]+)$/;
const sources = tracked.filter(
  (path) => SOURCE.test(path) && !path.includes('/generated/') && !path.endsWith('laws/citations.test.ts'),
);
const decisions = new Set(pages.flatMap((path) => /^docs\/adr\/(\d{4})-/.exec(path)?.slice(1) ?? []));

/** The anchors of a page: a slug for each heading, as GitHub makes it, and each `<a id>`. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = read(page).replaceAll(/^```[\s\S]*?^```/gm, '');
  const seen = new Map<string, number>();
  const slugs = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set([...slugs, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

/** True if a page exists, with the given anchor (`#` and a slug) if there is one. */
function isThere(page: string, anchor = ''): boolean {
  return pages.includes(page) && (anchor === '' || anchorsOf(page).has(anchor.slice(1)));
}

/** Citations of a text that lead nowhere: pages by their path from the root, and decisions by number. */
function brokenIn(text: string): readonly string[] {
  const cited = [...text.matchAll(/\b((?:docs|policies|proto)\/[\w./-]*\.md)(#[\w-]+)?/g)];
  const numbers = [...text.matchAll(/\b(?:ADR |docs\/adr\/)(\d{4})\b/g)];
  return [
    ...cited.filter(([, page = '', anchor]) => !isThere(page, anchor)).map(([whole]) => whole),
    ...numbers.filter(([, number = '']) => !decisions.has(number)).map(([whole]) => whole),
  ];
}

/** Citations in a form that names no file or no anchor: `(architecture, rule 6)`, `(trust, "clock skew")`, `(rule 3)`. */
function namelessIn(text: string): readonly string[] {
  const comments = [...text.matchAll(/\/\*[\s\S]*?\*\/|(?:^|\s)(?:\/\/|#|--) .*$/gm)].map(
    ([comment]) => comment,
  );
  return comments
    .map((comment) => comment.replaceAll(/\s*\n\s*\*?\s*/g, ' '))
    .flatMap((comment) => [
      ...comment.matchAll(/\((?:see )?(?:[\w/.]+, )?(?:rule \d|"[^"]+")[^)]*\)|\(formats\)/g),
    ])
    .map(([whole]) => whole);
}

const each = (paths: readonly string[], find: (text: string, path: string) => readonly string[]) =>
  paths.flatMap((path) => find(read(path), path).map((found) => `${path}: ${found}`));

/** The links of a page that have an anchor. */
function brokenAnchorsIn(text: string, page: string): readonly string[] {
  return [...text.matchAll(/\]\(([\w./-]*\.md)?(#[^)\s]+)\)/g)]
    .filter(([, target, anchor]) => {
      const to = target === undefined ? page : normalize(join(dirname(page), target));
      return !isThere(to, anchor);
    })
    .map(([whole]) => whole);
}

/** Returns missing files that a page names in backticks; leaves out patterns and decisions by number. */
function lostFilesIn(text: string): readonly string[] {
  return [...text.matchAll(/`((?:services|scripts|test|proto|policies|docs)\/[\w./-]*)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => !/^docs\/adr\/\d{4}$/.test(path) && !existsSync(join(ROOT, path)));
}

describe('citations', () => {
  test('each page and decision that source code, scripts or tests cite exists, with its anchor', () => {
    expect(sources.length).toBeGreaterThan(500);
    expect(each(sources, brokenIn)).toEqual([]);
  });

  test('no comment cites a page by a word instead of its file', () => {
    expect(each(sources, namelessIn)).toEqual([]);
  });

  test('each decision that a page cites exists, and so does each anchor that a page links to', () => {
    expect(each(pages, (text) => brokenIn(text))).toEqual([]);
    expect(each(pages, brokenAnchorsIn)).toEqual([]);
  });

  test('each file of the tree that a page names exists', () => {
    expect(each(pages, lostFilesIn)).toEqual([]);
  });

  test('a citation that leads nowhere, or names no file, is found', () => {
    const lost = ['docs/none.md', 'docs/architecture.md#rule-99', 'ADR 9999', 'docs/adr/9999'];
    expect(brokenIn(`see ${lost.join(', ')}`)).toEqual(lost);
    expect(brokenIn('see docs/architecture.md#rule-6, ADR 0007 and proto/README.md#versions')).toEqual([]);
    const nameless = ['(architecture, rule 6)', '(trust, "clock skew")', '(rule 3)', '(formats, "Outcomes")'];
    for (const old of nameless) expect(namelessIn(`/** Waits ${old}. */`)).toEqual([old]);
    expect(namelessIn("/** Waits (docs/architecture.md#rule-6). */ call(one, 'two')")).toEqual([]);
    expect(brokenAnchorsIn('[a](#nowhere)', 'README.md')).toEqual(['](#nowhere)']);
    expect(lostFilesIn(`\`services/${basename(ROOT)}/none.ts\``)).toHaveLength(1);
  });
});
