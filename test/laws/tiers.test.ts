import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { CONTAINER, LONG_TESTS_IN, PROJECTS } from '../tiers.mjs';

const TEST = join(projectRoot, 'test');
const onDisk = readdirSync(TEST, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.test.ts'),
);

/** The projects of each test file, as vitest itself reads the configuration. */
function readProjects(): ReadonlyMap<string, readonly string[]> {
  const words = ['list', '--filesOnly', '--json', '--config', 'test/vitest.config.mjs'];
  const listed = execFileSync(join(projectRoot, 'node_modules/.bin/vitest'), words, {
    cwd: projectRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const entries = JSON.parse(listed) as readonly { readonly file: string; readonly projectName: string }[];
  const projects = new Map<string, string[]>(onDisk.map((path) => [path, []]));
  for (const { file, projectName } of entries) {
    if (projectName !== CONTAINER.name) projects.get(relative(TEST, file))?.push(projectName);
  }
  return projects;
}

const projects = readProjects();

test('tiers: every test file is in exactly one project, and in `soak` also if it has long tests', () => {
  const wrong = [...projects].filter(
    ([path, names]) => names.filter((name) => name !== 'soak' || !LONG_TESTS_IN.includes(path)).length !== 1,
  );
  expect(onDisk.length).toBeGreaterThan(0);
  expect(wrong.map(([path, names]) => `${path}: ${names.join(' and ') || 'in no project'}`)).toEqual([]);
});

test('tiers: every project has a file', () => {
  const names = new Set([...projects.values()].flat());
  expect(PROJECTS.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
});

/** Modules that start a broker, federation or browser, and the only projects that may import each. */
const STARTS: readonly { readonly module: string; readonly projects: readonly string[] }[] = [
  { module: 'support/broker.ts', projects: ['broker', 'smoke', 'federation', 'browser', 'soak'] },
  { module: 'cli/org/hub-broker.ts', projects: ['broker'] },
  { module: 'support/cluster.ts', projects: ['broker', 'soak'] },
  { module: 'support/federation.ts', projects: ['smoke', 'federation', 'browser', 'soak'] },
  { module: 'support/browser.ts', projects: ['browser', 'soak'] },
  { module: 'support/containers/bare-container.ts', projects: ['docker', 'soak'] },
];

/** The modules below `test/` that a test file imports, itself included, directly or through others. */
function reachedFrom(file: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const ahead = [file];
  for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
    if (reached.has(path) || path.startsWith('..') || !existsSync(join(TEST, path))) continue;
    reached.add(path);
    const source = readFileSync(join(TEST, path), 'utf8');
    for (const [, specifier = ''] of source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      ahead.push(join(dirname(path), specifier).replace(/\.js$/, '.ts'));
    }
  }
  return reached;
}

test.each(STARTS)('tiers: only $projects import $module', ({ module, projects: allowed }) => {
  expect(existsSync(join(TEST, module))).toBe(true);
  const wrong = [...projects].filter(
    ([path, names]) => names.some((name) => !allowed.includes(name)) && reachedFrom(path).has(module),
  );
  expect(wrong.map(([path, names]) => `${path} of ${names.join()}`)).toEqual([]);
});

test('`npm test -- --help` prints help and runs nothing', () => {
  const words = [join(projectRoot, 'scripts/test.mjs'), '--help'];
  const text = execFileSync(process.execPath, words, { encoding: 'utf8', timeout: 120_000 });
  expect(text).toContain('npm run test:all');
  expect(text).not.toContain('passed');
});
