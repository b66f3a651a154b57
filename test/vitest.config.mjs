// @ts-check
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { CONTAINER, containerMissing, GROUPS, PROJECTS, SLOW } from './tiers.mjs';

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

/** A project after another, so that its files can share processes; its slow files first, so that none is left alone. */
class SlowFirst extends BaseSequencer {
  /** @param {Parameters<BaseSequencer['sort']>[0]} files @override */
  async sort(files) {
    const names = projects.map(({ name }) => name);
    const isSlow = (/** @type {string} */ path) => SLOW.some((name) => path.endsWith(`/${name}.test.ts`));
    /** @param {typeof files[number]} file */
    const rank = ({ project, moduleId }) => names.indexOf(project.name) * 2 + (isSlow(moduleId) ? 0 : 1);
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

/** @param {import('./tiers.mjs').Project} project */
function toVitest({ name, files, except = [], group, shared = false, env = {} }) {
  return {
    extends: /** @type {const} */ (true),
    test: {
      name,
      include: files.map(testsIn),
      exclude: except.map(testsIn),
      isolate: !shared,
      maxWorkers: GROUPS[group].workers,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      env,
      sequence: { groupOrder: GROUPS[group].order },
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
    sequence: { sequencer: SlowFirst },
  },
});
