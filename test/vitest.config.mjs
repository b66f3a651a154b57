// @ts-check
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { CONTAINER, containerMissing, PROJECTS } from './tiers.mjs';

/** Every folder that a test makes for itself is in this one, which goes with the run. This file is read for each project. */
const FOLDER = 'lt-';
if (!basename(tmpdir()).startsWith(FOLDER)) {
  const folder = mkdtempSync(join(tmpdir(), FOLDER));
  // Some tests run a command as another user.
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}

/** @param {string} glob */
const testsIn = (glob) => (glob.endsWith('/**') ? `${glob}/*.test.ts` : glob);

/**
 * Projects run one after another, in the order of the table.
 * @param {import('./tiers.mjs').Project} project @param {number} groupOrder
 */
function toVitest({ name, files, except = [], workers, shared = false, env = {} }, groupOrder) {
  return {
    extends: /** @type {const} */ (true),
    test: {
      name,
      include: files.map(testsIn),
      exclude: except.map(testsIn),
      isolate: !shared,
      maxWorkers: workers,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      env,
      sequence: { groupOrder },
    },
  };
}

const projects = containerMissing() === undefined ? [...PROJECTS, CONTAINER] : PROJECTS;

export default defineConfig({
  cacheDir: new URL('../node_modules/.vite', import.meta.url).pathname,
  test: {
    root: new URL('.', import.meta.url).pathname,
    pool: 'forks',
    projects: projects.map(toVitest),
  },
});
