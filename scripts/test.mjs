// @ts-check
// `npm test`, `npm run test:all` and `npm run test:soak`: sets the clone up, then runs the check and the tests of the tier.
// The last line counts them from the test report. Other arguments go to vitest, for example a part of a file's path.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { containerMissing, projectsOf } from '../test/tiers.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, '.cache/test-report.json');
const log = join(root, '.cache/test.log');
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
 * Runs the tests of a tier: at a terminal with a line for each file. Elsewhere the output goes to `.cache/test.log` and is
 * shown only when a test fails, as programs that the tests start also write to it.
 * @param {import('../test/tiers.mjs').Tier} tier
 */
function runVitest(tier) {
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const words = [
    'run',
    '--config=test/vitest.config.mjs',
    `--reporter=${process.stdout.isTTY ? 'default' : 'minimal'}`,
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...projectsOf(tier).map((project) => `--project=${project}`),
    ...process.argv.slice(2).filter((word) => !word.startsWith(TIER)),
  ];
  const vitest = join(root, 'node_modules/.bin/vitest');
  if (process.stdout.isTTY) return run(vitest, words);
  const file = openSync(log, 'w');
  const passed = run(vitest, words, file);
  closeSync(file);
  if (!passed) process.stdout.write(readFileSync(log));
  return passed;
}

/** Reads the counts of the test report, and how to install what the skipped tests need. */
function readReport() {
  if (!existsSync(report)) return { passed: 0, failed: 0, skipped: 0, needs: [] };
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  /** @type {readonly {meta?: {enable?: string}}[]} */
  const tests = testResults.flatMap((/** @type {any} */ file) => file.assertionResults);
  const needs = new Set(tests.flatMap(({ meta }) => (meta?.enable === undefined ? [] : [meta.enable])));
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests, needs: [...needs] };
}

/** @param {number} milliseconds */
function inWords(milliseconds) {
  const seconds = Math.round(milliseconds / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const HELP = `npm test              the check, and every test that needs no federation; at most five minutes
npm run test:all      also whole federations, containers, Chromium and the short benches
npm run test:soak     endurance: many kills, power cuts, millions of inputs, the long benches

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
  const tested = runVitest(tier);
  const { passed, failed, skipped, needs } = readReport();
  const container = tier === 'all' ? containerMissing() : undefined;
  for (const need of [...needs, ...(container === undefined ? [] : [container])]) say(`skipped: ${need}`);
  if (tier === 'quick') {
    say(
      '`npm run test:all` adds whole federations: processes killed, disks lost, members added, keys changed; the console',
    );
    say(
      'in Chromium; containers in Docker; the short benches; the alarms in Prometheus; Node 22, 24 and 26. About 20 minutes',
    );
  }
  const allFailed = failed + (checked ? 0 : 1) + (tested || failed > 0 ? 0 : 1);
  say(`took ${inWords(performance.now() - start)}`);
  say(
    `${passed + (checked ? 1 : 0)} passed, ${allFailed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  );
  return allFailed === 0;
}

process.exitCode = main() ? 0 : 1;
