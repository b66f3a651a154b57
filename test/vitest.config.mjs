// @ts-check
import { defineConfig } from 'vitest/config';

const waits = { testTimeout: 60_000, hookTimeout: 60_000 };
/** Whole federations need the machine for themselves: one file at a time, after everything else. */
const WHOLE = ['e2e/**/*.test.ts', 'docker/**/*.test.ts', 'browser/quarantine.test.ts'];

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
        test: { ...waits, name: 'whole', include: WHOLE, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
