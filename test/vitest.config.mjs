// @ts-check
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';

const waits = { testTimeout: 60_000, hookTimeout: 60_000 };
/** Every folder that a test makes for itself is in this one, which goes with the run. This file is read for each project. */
const FOLDER = 'lt-';
if (!basename(tmpdir()).startsWith(FOLDER)) {
  const folder = mkdtempSync(join(tmpdir(), FOLDER));
  // Some tests run a command as another user.
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}

/** Whole federations come after everything else. */
const WHOLE = ['e2e/**/*.test.ts', 'docker/**/*.test.ts', 'browser/quarantine.test.ts'];

/** What a process of nats-server keeps, one in a container must keep too. */
const CONTRACT = ['shared/bus/publish.test.ts', 'shared/bus/consume.test.ts'];

function hasNatsImage() {
  try {
    execFileSync('docker', ['image', 'inspect', 'liaison-nats:forky'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env['REQUIRE_ALL'] === '1') return true;
    process.stderr.write('skipped: nats-server in a container: run scripts/docker/air-gapped.sh as root\n');
    return false;
  }
}

const inContainer = {
  extends: /** @type {const} */ (true),
  test: {
    ...waits,
    name: 'container',
    include: CONTRACT,
    env: { LIAISON_TEST_BROKER: 'container' },
    maxWorkers: 1,
    sequence: { groupOrder: 2 },
  },
};

export default defineConfig({
  cacheDir: new URL('../node_modules/.vite', import.meta.url).pathname,
  test: {
    root: new URL('.', import.meta.url).pathname,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          ...waits,
          name: 'parts',
          include: ['**/*.test.ts'],
          exclude: WHOLE,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { ...waits, name: 'whole', include: WHOLE, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      ...(hasNatsImage() ? [inContainer] : []),
    ],
  },
});
