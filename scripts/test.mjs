// @ts-check
// `npm test`, `npm run test:all` and `npm run test:soak`: sets the clone up, then runs the check and the tests of the tier.
// The last line counts them from the test reports. Other arguments go to vitest, for example a part of a file's path.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { containerMissing, LONG, projectsOf } from '../test/tiers.mjs';
import { countTests, filesToRepeat, unsteadyTests, withSecondRun } from './second-run.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache');
const TIER = '--tier=';

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

/**
 * Runs a command to its end; returns true for exit code 0. The command inherits stdout, or writes to an open
 * file.
 * @param {string} command @param {readonly string[]} args @param {'inherit' | number} [output]
 */
function run(command, args, output = 'inherit') {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', output, output] }).status === 0;
}

/** Returns the tier to run; with `REQUIRE_ALL=1`, `npm test` runs the tier of `npm run test:all`. */
function readTier() {
  const named = process.argv.find((word) => word.startsWith(TIER))?.slice(TIER.length);
  const usual = process.env['REQUIRE_ALL'] === '1' ? 'all' : 'quick';
  return /** @type {import('../test/tiers.mjs').Tier} */ (named ?? usual);
}

/**
 * Runs tests: at a terminal with a line for each file. Elsewhere the output goes to `.cache/<name>.log` and is shown only when
 * a test fails, as programs that the tests start also write to it.
 * @param {string} name @param {readonly string[]} projects @param {readonly string[]} more Words for vitest.
 * @returns {{passed: boolean, strays: boolean, report: import('./second-run.mjs').Report}} `strays`: an error outside a test.
 */
function runVitest(name, projects, more) {
  const [log, report] = [join(cache, `${name}.log`), join(cache, `${name}-report.json`)];
  mkdirSync(cache, { recursive: true });
  rmSync(report, { force: true });
  const words = [
    'run',
    '--config=test/vitest.config.mjs',
    `--reporter=${process.stdout.isTTY ? 'default' : 'minimal'}`,
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...projects.map((project) => `--project=${project}`),
    ...more,
  ];
  const vitest = join(root, 'node_modules/.bin/vitest');
  const file = process.stdout.isTTY ? undefined : openSync(log, 'w');
  const passed = run(vitest, words, file ?? 'inherit');
  if (file !== undefined) closeSync(file);
  const output = file === undefined ? '' : readFileSync(log, 'utf8');
  if (!passed) process.stdout.write(output);
  const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { testResults: [] };
  return { passed, strays: output.includes('Unhandled Error'), report: results };
}

/**
 * Runs the tests of a tier. In a whole run without a terminal, files that failed run once more, alone (docs/adr/0037).
 * @param {import('../test/tiers.mjs').Tier} tier
 */
function runTier(tier) {
  const words = process.argv.slice(2).filter((word) => !word.startsWith(TIER));
  const first = runVitest('test', projectsOf(tier), words);
  const files = tier === 'all' && !process.stdout.isTTY && !first.strays ? filesToRepeat(first.report) : [];
  if (files.length === 0) return first;
  say(`once more, alone: ${files.map((file) => relative(root, file)).join(', ')}`);
  const projects = projectsOf(tier).filter((project) => project !== 'pure');
  const second = runVitest('second', projects, [...files, '--maxWorkers=1', '--passWithNoTests']);
  for (const title of unsteadyTests(first.report, second.report, root)) say(`unsteady: ${title}`);
  const report = withSecondRun(first.report, second.report);
  return { passed: second.passed && filesToRepeat(report).length === 0, report };
}

/**
 * Returns how to install what the skipped tests need.
 * @param {import('./second-run.mjs').Report} report
 */
function needsOf({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return [...new Set(tests.flatMap(({ meta }) => (meta?.enable === undefined ? [] : [meta.enable])))];
}

/** @param {number} milliseconds */
function inWords(milliseconds) {
  const seconds = Math.round(milliseconds / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const HELP = `npm test              the check, and tests that need no federation; 15 minutes on two cores
npm run test:all      also whole federations, containers, Chromium and the short benches
npm run test:soak     long ones: many kills, power cuts, millions of inputs, the long benches, other releases of Node

npm test -- <part of a path>    runs the files of the tier whose path has this part
npm test -- -t <words>          runs the tests whose title has these words
Other words after \`--\` go to vitest: \`npx vitest --help\` lists its options.`;

function main() {
  if (process.argv.some((word) => word === '--help' || word === '-h')) {
    say(HELP);
    return true;
  }
  const tier = readTier();
  if (!run(process.execPath, ['scripts/setup.mjs'])) return false;
  const start = performance.now();
  // The laws are skipped here, as they are also tests of the tier.
  const checked = run(process.execPath, ['scripts/check.mjs', '--without-laws']);
  const { passed: tested, report } = runTier(tier);
  const { passed, failed, skipped } = countTests(report, tier === 'soak' ? undefined : LONG);
  const container = tier === 'all' ? containerMissing() : undefined;
  for (const need of [...needsOf(report), ...(container === undefined ? [] : [container])])
    say(`skipped: ${need}`);
  if (tier === 'quick') {
    say(
      '`npm run test:all` adds whole federations: processes killed, disks lost, members added, keys changed; the console',
    );
    say('in Chromium; containers in Docker; the short benches; the alarms in Prometheus. About 15 minutes');
  }
  const allFailed = failed + (checked ? 0 : 1) + (tested || failed > 0 ? 0 : 1);
  say(`took ${inWords(performance.now() - start)}`);
  say(
    `${passed + (checked ? 1 : 0)} passed, ${allFailed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  );
  return allFailed === 0;
}

process.exitCode = main() ? 0 : 1;
