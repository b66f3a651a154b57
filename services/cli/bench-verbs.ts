import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../shared/kernel/errors.js';
import type { VerbEntry } from './verb-entry.js';

// `test/` is beside `services/` in the clone and in `dist/`; the container image has none.
const MODULE = new URL(`../../test/bench/bench-verbs${extname(import.meta.url)}`, import.meta.url);

/**
 * Loads the verbs of `liaison bench` from `test/bench/`, which needs devDependencies. Returns none unless the first word is
 * `bench` or asks for help. Throws `usage` where `bench` is called without a source tree.
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
