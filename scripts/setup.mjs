// @ts-check
// Makes the clone ready to run: installs the packages of package-lock.json and builds `dist/`. Writes to
// stderr only. Concurrent calls wait for each other (a lock folder); quick when nothing changed. `--build`
// always builds.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, '.cache', 'setup.lock');

/** @param {string} words */
const say = (words) => process.stderr.write(`liaison: ${words}\n`);

/** @param {string} command @param {readonly string[]} args */
function run(command, args) {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  say(`Node ${process.versions.node} is too old: install Node 20.19 or newer`);
  process.exit(2);
}

/** @param {string} path */
function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function install() {
  const installed = join(root, 'node_modules', '.liaison-lock.json');
  const wanted = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (modified(installed) > 0 && readFileSync(installed, 'utf8') === wanted) return;
  say('installing packages (once, about half a minute)');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(installed, wanted);
}

/** Bundles the console's page, unless the bundle is newer than its sources. */
async function buildPage() {
  const source = join(root, 'services/console/page');
  const out = join(root, 'dist/services/console/page');
  // The page imports modules from `services/shared`.
  const folders = [dirname(source), join(root, 'services/shared')];
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const newest = Math.max(...[...sources, join(root, 'package-lock.json')].map(modified));
  if (modified(join(out, 'index.html')) > newest) return;
  const { build } = await import('vite');
  await build({
    root: source,
    configFile: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { outDir: out, emptyOutDir: true, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  });
}

async function build() {
  say('building');
  const dist = join(root, 'dist');
  rmSync(join(dist, '.stamp'), { force: true });
  run(join(root, 'node_modules/.bin/tsc'), ['-p', 'services/tsconfig.json']);
  for (const script of [
    'services/shared/wire/generated/frames.js',
    'services/shared/notice/generated/validators.js',
    'services/shared/notice/generated/draft-validators.js',
    'test/bench/report/report-plots.js',
  ]) {
    // The container image is built without `test/`.
    if (existsSync(join(root, script))) cpSync(join(root, script), join(dist, script));
  }
  await buildPage();
  writeFileSync(join(dist, '.stamp'), '');
}

/** @param {() => Promise<void>} work */
async function locked(work) {
  mkdirSync(dirname(lock), { recursive: true });
  for (let tries = 0; ; tries++) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (Date.now() - modified(lock) > 600_000) rmSync(lock, { recursive: true, force: true });
      if (tries === 0) say('waiting for another set-up to end');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Returns true if `dist/` is older than its sources: the same check as in `scripts/liaison`. */
function isStale() {
  const stamp = modified(join(root, 'dist', '.stamp'));
  if (stamp === 0) return true;
  const sources = ['services', 'test/bench', 'package-lock.json'].filter((path) =>
    existsSync(join(root, path)),
  );
  const newer = [...sources, '-newer', 'dist/.stamp', '-type', 'f', '-print', '-quit'];
  return execFileSync('find', newer, { cwd: root, encoding: 'utf8' }) !== '';
}

checkNode();
await locked(async () => {
  install();
  if (process.argv.includes('--build') || isStale()) await build();
});
