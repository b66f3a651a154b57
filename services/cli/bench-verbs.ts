import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../shared/kernel/errors.js';
import type { VerbEntry } from './verb-table.js';

// Beside `services/` in the clone and in `dist/`; an installation, such as the container image, has no `test/`.
const MODULE = new URL(`../../test/bench/bench-verbs${extname(import.meta.url)}`, import.meta.url);

/**
 * The verbs of `liaison bench`, which live in `test/bench/` because they need devDependencies. Empty unless the words
 * name the group or ask for help. Throws `usage` where `bench` is called without a source tree.
 */
export async function loadBenchVerbs([first]: readonly string[]): Promise<readonly VerbEntry[]> {
  if (first !== 'bench' && first !== '--help' && first !== '-h') return [];
  if (existsSync(fileURLToPath(MODULE))) {
    const { BENCH_VERBS } = (await import(MODULE.href)) as { BENCH_VERBS: readonly VerbEntry[] };
    return BENCH_VERBS;
  }
  if (first === 'bench')
    throw fail('usage', '`bench` is not installed here: run it in a clone of the source tree');
  return [];
}
