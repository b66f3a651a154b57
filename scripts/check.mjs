// @ts-check
// `npm run check`: every check of the tree that needs no server. `npm test` also runs it, with
// `--without-laws`, as the laws (the tests in test/laws) are part of its test run.
// With `--figures` it prints the figures of the source instead (scripts/measure-source.mjs).
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name);

/** @typedef {{name: string, command: string, args: readonly string[], cwd?: string}} Step */

/** @type {readonly Step[]} */
const STEPS = [
  { name: 'format', command: bin('biome'), args: ['format', '.'] },
  { name: 'types', command: bin('tsc'), args: ['-p', 'tsconfig.json'] },
  { name: 'types of the page', command: bin('tsc'), args: ['-p', 'services/console/page'] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
  { name: 'dead code', command: bin('knip'), args: ['--no-progress'] },
  { name: 'proto lint', command: bin('buf'), args: ['lint'], cwd: 'proto' },
  {
    name: 'proto breaking',
    command: bin('buf'),
    args: ['breaking', '--against', 'released.binpb'],
    cwd: 'proto',
  },
  { name: 'policies', command: 'scripts/liaison', args: ['policy', 'check', 'policies', '--strict'] },
  {
    name: 'policies format',
    command: 'scripts/liaison',
    args: ['policy', 'fmt', '--check', '--policies', 'policies'],
  },
];

/** Runs the laws by exact folder, as vitest matches a plain word against any part of a path. @type {Step} */
const LAWS = {
  name: 'laws and policies',
  command: bin('vitest'),
  args: [
    'run',
    '--config=test/vitest.config.mjs',
    '--reporter=minimal',
    ...['laws', 'policies'].map((folder) => join(root, 'test', folder, '/')),
    '--project=pure',
  ],
};

/** @param {Step} step @returns {Promise<{ok: boolean, output: string}>} */
function run({ command, args, cwd = '.' }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: join(root, cwd), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ ok: false, output: String(error) }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** Reads every generated file: its text and times, by path. */
function readGenerated() {
  const files = readdirSync(join(root, 'services'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /generated\/[^/]+$/.test(path))
    .map((path) => join(root, 'services', path));
  return new Map(files.map((file) => [file, { text: readFileSync(file, 'utf8'), ...statSync(file) }]));
}

/**
 * Generates the files again, which must not change; unchanged files keep their times, so `dist/` stays
 * current.
 */
async function generated() {
  const before = readGenerated();
  const { ok, output } = await run({ name: '', command: process.execPath, args: ['scripts/generate.mjs'] });
  const after = readGenerated();
  const changed = [...after].filter(([file, { text }]) => {
    const old = before.get(file);
    if (old?.text !== text) return true;
    utimesSync(file, old.atime, old.mtime);
    return false;
  });
  const same = changed.length === 0 && before.size === after.size;
  const words = same ? '' : 'services/**/generated did not match proto/ and was regenerated: commit it';
  return { ok: ok && same, output: output + words };
}

/** @param {string} name @param {() => Promise<{ok: boolean, output: string}>} work */
async function report(name, work) {
  const start = performance.now();
  const { ok, output } = await work();
  const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  if (!ok) process.stderr.write(`✗ ${name} (${time})\n${output}\n`);
  else if (process.stderr.isTTY) process.stderr.write(`✓ ${name} (${time})\n`);
  return ok;
}

/** Runs the steps, two at a time. @param {readonly Step[]} steps */
async function runSteps(steps) {
  const ahead = steps.values();
  let passed = true;
  const lane = async () => {
    for (const step of ahead) passed = (await report(step.name, () => run(step))) && passed;
  };
  await Promise.all([lane(), lane()]);
  return passed;
}

async function check() {
  // Runs first, as the other steps read the generated files.
  const same = await report('generated', generated);
  const steps = process.argv.includes('--without-laws') ? STEPS : [...STEPS, LAWS];
  process.exitCode = (await runSteps(steps)) && same ? 0 : 1;
}

if (process.argv.includes('--figures')) await import('./measure-source.mjs');
else await check();
