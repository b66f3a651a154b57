// @ts-check
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { CONTAINER, containerMissing, GROUPS, LONG, PROJECTS, SLOW } from './tiers.mjs';

const SHARED_MEMORY = '/dev/shm';
const ENOUGH_BYTES = 4 * 1024 ** 3;
const PREFIX = 'lt-';

/** Shared memory where it has room, because every broker and database syncs each write to disk; else the usual folder. */
function temporaryRoot() {
  try {
    accessSync(SHARED_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(SHARED_MEMORY);
    return bavail * bsize > ENOUGH_BYTES ? SHARED_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Removes what a run that was killed left in memory. */
function removeLeftovers() {
  const named = new RegExp(`^${PREFIX}(\\d+)-`);
  for (const name of readdirSync(SHARED_MEMORY)) {
    const pid = named.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    rmSync(join(SHARED_MEMORY, name), { recursive: true, force: true });
  }
}

// One folder holds the temporary folders of all tests, and is removed with them. Vitest reads this file for each project.
if (!basename(tmpdir()).startsWith(PREFIX)) {
  const root = temporaryRoot();
  if (root === SHARED_MEMORY) removeLeftovers();
  const folder = mkdtempSync(join(root, `${PREFIX}${process.pid}-`));
  // Some tests run a command as another user.
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
}

/** @param {string} glob */
const testsIn = (glob) => (glob.endsWith('/**') ? `${glob}/*.test.ts` : glob);

/** Keeps the files of a project together, so that they share processes, and begins with its slow files. */
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
function toVitest({ name, tier, files, except = [], group, shared = false, env = {} }) {
  return {
    extends: /** @type {const} */ (true),
    test: {
      name,
      include: files.map(testsIn),
      exclude: except.map(testsIn),
      ...(tier === 'soak' ? {} : { tagsFilter: [`!${LONG}`] }),
      isolate: !shared,
      maxWorkers: GROUPS[group].workers,
      testTimeout: 180_000,
      hookTimeout: 180_000,
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
    expect: { poll: { timeout: 90_000 } },
    tags: [{ name: LONG, description: 'runs only with `npm run test:soak`', timeout: 600_000 }],
    projects: projects.map(toVitest),
    sequence: { sequencer: SlowFirst },
  },
});
