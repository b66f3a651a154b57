// @ts-check
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * What tests need decides which project they are in, and the project decides which command runs them:
 * `npm test` runs the tier `quick`, `npm run test:all` the tiers `quick` and `all`, `npm run test:soak` the tier `soak`.
 * @typedef {'quick' | 'all' | 'soak'} Tier
 * @typedef {object} Project
 * @property {string} name
 * @property {Tier} tier
 * @property {readonly string[]} files Globs below `test/`. A file is in exactly one project, and in `soak` also if it has tests with the tag
 *   `LONG` (test/laws/tiers.test.ts).
 * @property {readonly string[]} [except] Globs of files that `files` would match and another project holds.
 * @property {keyof typeof GROUPS} group
 * @property {boolean} [shared] A worker runs one file after another in the same process, with the same modules.
 * @property {Readonly<Record<string, string>>} [env]
 */

/** Groups run one after another; a group runs `workers` of its files at the same time. */
export const GROUPS = {
  small: { order: 0, workers: 6 },
  whole: { order: 1, workers: 3 },
  alone: { order: 2, workers: 1 },
};

/** Names of test files that begin first in their project; vitest itself begins with the largest files. */
export const SLOW = [
  'smoke',
  'against-cedar',
  'cluster',
  'join',
  'kill',
  'notice',
  'policy-diff',
  'policy-prove',
  'policy-workbench',
  'power-cut',
  'resend',
  'up',
];

/**
 * The tag of tests that take long: only the project `soak` runs them. It runs every test of such a file, also those without the tag, which
 * check the same laws, as do tests of the function that a command calls.
 */
export const LONG = 'long';
const TEST = new URL('.', import.meta.url);
/** The files with such tests. */
export const LONG_TESTS_IN = readdirSync(TEST, { recursive: true, encoding: 'utf8' }).filter(
  (path) =>
    path.endsWith('.test.ts') && readFileSync(new URL(path, TEST), 'utf8').includes(`tags: ['${LONG}']`),
);

/** Verbs of the command line that are tested against a broker. */
const CLI_WITH_BROKER = [
  'cli/**/{admit-signed,answer-requests,close-account,console-invite,console-source,evidence-fork,grant-nkey,grant-request,hub-tls,key-verbs,notice-approve,notice-break-glass,notice-evidence,open-account,org-keys,policy-fetch,refused-joins,renew-broker-files,restore-streams,rotate-nkey,sign-in-link,tail-nkey,tell-leaver,token,witnesses}.test.ts',
];
const BENCH_SINK = 'bench/**/sink.test.ts';
const BENCH_IN_BROWSER = ['bench/**/run-bench-{console,report}.test.ts'];
/** Runs of a bench: most start a federation, and all take long. */
const BENCH_RUNS = ['bench/**/{run-bench-*,shared-work}.test.ts'];
/** The runs that start a federation or take a minute, and the one that needs other programs. */
const LONG_BENCH_RUNS = [
  'bench/**/run-bench-{absence,gateway,growth,parts,peers,policy,route,soak}.test.ts',
  'bench/**/shared-work.test.ts',
];

/** Tests that take a minute or more of a federation; tests of one process check the same laws. */
const LONG_E2E = [
  'e2e/faults/{backup,loss,lost-stream,next-life,restored,rolled-back-log,silent,two-routers}.test.ts',
  'e2e/ledger/{ledger-export,replay,witnesses}.test.ts',
  'e2e/policies/{policies,policy-gate,preview,up-releases}.test.ts',
  'browser/{policy-recorded,policy-workbench,silence}.test.ts',
  'e2e/{brute-force,console,homes,older-directory,pages,quarantine,simulate,tail}.test.ts',
];

/** The federation of docker-compose.yml: its image takes a minute to build, and its fifteen containers two cores. */
const COMPOSED = 'docker/compose.test.ts';

/** The commands of the policy authors' README, each typed as it stands there. */
const TYPED_BY_AUTHORS = ['policies/readme.test.ts'];

/** A broker of the test's own, on this machine. @type {Project} */
const broker = {
  name: 'broker',
  tier: 'quick',
  group: 'small',
  shared: true,
  files: [
    'auditor/**',
    'console/**',
    'gateway/**',
    'isolation/**',
    'router/**',
    'simulator/**',
    'shared/bus/**',
    'shared/runtime/**/alarms.test.ts',
    'docs/status-events.test.ts',
    BENCH_SINK,
    ...CLI_WITH_BROKER,
  ],
  except: ['console/page/**'],
};

/** Neither broker nor federation; files, child processes and loopback HTTP at most. @type {Project} */
const pure = {
  name: 'pure',
  tier: 'quick',
  group: 'small',
  shared: true,
  files: ['cli/**', 'bench/**', 'console/page/**', 'docs/**', 'laws/**', 'policies/**', 'shared/**'],
  except: [
    'shared/bus/**',
    'shared/runtime/**/alarms.test.ts',
    'docs/status-events.test.ts',
    BENCH_SINK,
    ...CLI_WITH_BROKER,
    ...BENCH_RUNS,
    ...TYPED_BY_AUTHORS,
  ],
};

/** A short `up` with one notice: what `npm test` sees of a whole federation. @type {Project} */
const smoke = { name: 'smoke', tier: 'quick', group: 'small', files: ['smoke/**'] };

/** A whole `up`, or another program that is no part of Node: Prometheus. @type {Project} */
const federation = {
  name: 'federation',
  tier: 'all',
  group: 'whole',
  files: ['e2e/**', 'ops/**', ...BENCH_RUNS],
  except: [...BENCH_IN_BROWSER, ...LONG_BENCH_RUNS, ...LONG_E2E],
};

/** Chromium. @type {Project} */
const browser = {
  name: 'browser',
  tier: 'all',
  group: 'whole',
  files: ['browser/**', ...BENCH_IN_BROWSER],
  except: LONG_E2E,
};

/** Docker: two bare machines. @type {Project} */
const docker = {
  name: 'docker',
  tier: 'all',
  group: 'whole',
  files: ['docker/**'],
  except: [COMPOSED],
};

/** Long forms: many kills, millions of questions, long benches, whole federations, files with long tests. @type {Project} */
const soak = {
  name: 'soak',
  tier: 'soak',
  group: 'alone',
  files: ['soak/**', ...LONG_BENCH_RUNS, ...LONG_E2E, COMPOSED, ...TYPED_BY_AUTHORS, ...LONG_TESTS_IN],
};

/** In the order in which the files of a group begin. */
export const PROJECTS = [smoke, broker, pure, docker, federation, browser, soak];

/**
 * Files of the project `broker` once more, against a nats-server in a container: what one kept, the other must keep too.
 * @type {Project}
 */
export const CONTAINER = {
  name: 'container',
  tier: 'all',
  group: 'whole',
  files: ['shared/bus/{consume,publish}.test.ts'],
  env: { LIAISON_TEST_BROKER: 'container' },
};

/** Why the project `container` cannot run here; undefined where it can, or must. */
export function containerMissing() {
  if (process.env['REQUIRE_ALL'] === '1') return undefined;
  try {
    execFileSync('docker', ['image', 'inspect', 'liaison-nats:forky'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'nats-server in a container: run scripts/docker/air-gapped.sh as root';
  }
}

/** @param {Tier} tier The names of the projects that its command runs. */
export function projectsOf(tier) {
  const tiers = tier === 'all' ? ['quick', 'all'] : [tier];
  const chosen = PROJECTS.filter((project) => tiers.includes(project.tier));
  const all = tier === 'all' && containerMissing() === undefined ? [...chosen, CONTAINER] : chosen;
  return all.map(({ name }) => name);
}
